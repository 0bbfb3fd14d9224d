# Builder: bash and busybox's applets, all of them static; and stat of GNU, whose --printf
# Bazel's collect_cc_coverage.sh asks for, with its libraries.
mkdir -p "$out/bin"
cp /usr/bin/busybox "$out/bin/busybox"
for applet in $(busybox --list); do
    [ "$applet" = busybox ] || ln -s busybox "$out/bin/$applet"
done
cp /usr/bin/bash-static "$out/bin/bash"
ln -sf bash "$out/bin/sh"

mkdir -p "$out/lib"
rm "$out/bin/stat"
cp -L /usr/bin/stat "$out/bin/stat"
ldd /usr/bin/stat | sed -n 's,^[^/]*\(/[^ ]*\) (.*,\1,p' | sort -u |
    while read -r library; do
        cp -L "$library" "$out/lib/"
    done
chmod -R u+w "$out"
patchelf --set-interpreter "$out/lib/ld-linux-x86-64.so.2" \
    --force-rpath --set-rpath "$out/lib" "$out/bin/stat"
