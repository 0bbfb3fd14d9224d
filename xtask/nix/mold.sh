# Builder: the linker mold, under the names by which compilers look for it.
mkdir -p "$out/bin" "$out/lib"
cp /usr/bin/mold "$out/bin/mold"
ln -s mold "$out/bin/ld.mold"
ldd /usr/bin/mold | sed -n 's,^[^/]*\(/[^ ]*\) (.*,\1,p' | sort -u |
    while read -r library; do
        cp -L "$library" "$out/lib/"
    done
chmod -R u+w "$out"
patchelf --set-interpreter "$out/lib/ld-linux-x86-64.so.2" \
    --force-rpath --set-rpath "$out/lib" "$out/bin/mold"
