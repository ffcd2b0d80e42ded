# The image of cgprep: the executable, the libraries that it is linked with, and cp and mv for an init container that
# puts it onto the host. No shell, no package manager. Needs `npm run build:bin` before.
#
#   docker build -t cgprep .
#   docker run --rm --read-only -v /:/host:ro cgprep audit --root /host
#
# DEBIAN: where glibc comes from; any image of Debian 12 or newer.
ARG DEBIAN=debian:12-slim

FROM ${DEBIAN} AS build
ARG TARGETARCH=amd64
COPY dist/cgprep-linux-x64 dist/cgprep-linux-arm64 /dist/
RUN case $TARGETARCH in amd64) arch=x64 ;; arm64) arch=arm64 ;; *) echo "no executable for $TARGETARCH"; exit 1 ;; esac \
 && mkdir -p /image/usr/bin \
 && install -m 755 /dist/cgprep-linux-$arch /image/usr/bin/cgprep \
 && cp /bin/cp /bin/mv /image/usr/bin/ \
 # The dynamic linker and every library, at the paths under which it looks for them.
 && ldd /image/usr/bin/* | grep -o '/[^ )]*' | grep '\.so' | sort -u | xargs cp --parents -L -t /image

FROM scratch
COPY --from=build /image/ /
# An audit needs no privileges. oneshot wants to be run as root (`runAsUser: 0`).
USER 65532:65532
ENTRYPOINT ["/usr/bin/cgprep"]
CMD ["audit", "--root", "/host"]
