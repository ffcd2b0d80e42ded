# The image of cgprep: the executable, the libraries that it is linked with, cp and mv for an init container that puts
# it onto the host, and the licences of all these. No shell, no package manager. Needs `npm run build:bin` before.
#
#   docker build -t cgprep .
#   docker run --rm --read-only -v /:/host:ro cgprep audit --root /host
#
# DEBIAN: where glibc comes from; any image of Debian 12 or newer.
ARG DEBIAN=debian:12-slim

FROM ${DEBIAN} AS build
ARG TARGETARCH=amd64
COPY LICENSE dist/cgprep-linux-* /dist/
RUN case $TARGETARCH in amd64) arch=x64 ;; arm64) arch=arm64 ;; *) echo "no executable for $TARGETARCH"; exit 1 ;; esac \
 && mkdir -p /image/usr/bin /image/usr/share/doc/cgprep \
 && install -m 755 /dist/cgprep-linux-$arch /image/usr/bin/cgprep \
 && install -m 644 /dist/LICENSE /image/usr/share/doc/cgprep/ \
 && install -m 644 /dist/cgprep-linux-THIRD-PARTY-LICENSES.txt /image/usr/share/doc/cgprep/THIRD-PARTY-LICENSES.txt \
 && cp /bin/cp /bin/mv /image/usr/bin/ \
 # The dynamic linker and every library, at the paths under which it looks for them.
 && ldd /image/usr/bin/* | grep -o '/[^ )]*' | grep '\.so' | sort -u >/tmp/libraries \
 && xargs cp --parents -L -t /image </tmp/libraries \
 # Whose these are: what Debian says of each package, and the texts it points to. apt-get source has the version listed.
 && packages=$(sed 's,.*/,*/,' /tmp/libraries | xargs dpkg-query -S | sed 's/:.*//' | sort -u | tr '\n' ' ')coreutils \
 && cp --parents -L -t /image $(printf '/usr/share/doc/%s/copyright ' $packages) /usr/share/common-licenses/* \
 && dpkg-query -W -f '${Package} ${source:Package} ${source:Version}\n' $packages >/image/usr/share/doc/cgprep/debian.txt

FROM scratch
COPY --from=build /image/ /
# An audit needs no privileges. oneshot wants to be run as root (`runAsUser: 0`).
USER 65532:65532
ENTRYPOINT ["/usr/bin/cgprep"]
CMD ["audit", "--root", "/host"]
