# Builder: headers, start files and libraries of glibc, libgcc and libstdc++, as Debian has
# them, without documentation, character sets and the package manager's own notes.
triple=x86_64-linux-gnu
gcc=16

mkdir -p "$out/usr/lib64"
for package in libc6 libc6-dev linux-libc-dev libgcc-s1 "libgcc-$gcc-dev" libstdc++6 \
    "libstdc++-$gcc-dev" libatomic1 libgomp1 libquadmath0; do
    dpkg -L "$package"
done | grep -E "^/usr/(include|lib|lib64)/" | grep -v '/gconv/' |
    while read -r file; do
        if [ -L "$file" ] || [ -f "$file" ]; then echo "${file#/}"; fi
    done | sort -u |
    tar -C / -c --no-recursion --files-from=- | tar -C "$out" -x
ln -s usr/lib "$out/lib"
ln -s usr/lib64 "$out/lib64"
ln -sf "../lib/$triple/ld-linux-x86-64.so.2" "$out/usr/lib64/"

chmod -R u+w "$out"
for library in libstdc++.so.6 libgcc_s.so.1 libatomic.so.1 libgomp.so.1 libquadmath.so.0; do
    patchelf --set-rpath "\$ORIGIN" "$out/usr/lib/$triple/$library"
done
