# Builder: Bazel's ijar and singlejar with the libraries and the loader that they need.
tools=/usr/lib/x86_64-linux-gnu/bazel/java_tools/bin

mkdir -p "$out/bin" "$out/lib"
cp "$tools/ijar" "$tools/singlejar" "$out/bin/"
ldd "$out"/bin/* | sed -n 's,^[^/]*\(/[^ ]*\) (.*,\1,p' | sort -u |
    while read -r library; do
        cp -L "$library" "$out/lib/"
    done
chmod -R u+w "$out"
for program in "$out"/bin/*; do
    patchelf --set-interpreter "$out/lib/ld-linux-x86-64.so.2" --force-rpath --set-rpath "$out/lib" "$program"
done
