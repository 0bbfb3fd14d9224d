# Builder: bash and busybox's applets, all of them static.
mkdir -p "$out/bin"
cp /usr/bin/busybox "$out/bin/busybox"
for applet in $(busybox --list); do
    [ "$applet" = busybox ] || ln -s busybox "$out/bin/$applet"
done
cp /usr/bin/bash-static "$out/bin/bash"
ln -sf bash "$out/bin/sh"
