# Builder: the program $program of Debian's, with the libraries that it needs.
mkdir -p "$out/bin" "$out/lib"
cp "/usr/bin/$program" "$out/bin/$program"
ldd "/usr/bin/$program" | sed -n 's,^[^/]*\(/[^ ]*\) (.*,\1,p' | sort -u |
    while read -r library; do
        cp -L "$library" "$out/lib/"
    done
chmod -R u+w "$out"
if [ -e "$out/lib/ld-linux-x86-64.so.2" ]; then
    patchelf --set-interpreter "$out/lib/ld-linux-x86-64.so.2" \
        --force-rpath --set-rpath "$out/lib" "$out/bin/$program"
fi
for name in $names; do
    ln -s "$program" "$out/bin/$name"
done
