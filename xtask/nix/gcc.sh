# Builder: GCC and GNU binutils, for this machine or, as a cross compiler, for another.
#
#   usr/    the programs, headers, start files and libraries, in the places relative to one
#           another in which GCC looks for them
#   host/   the shared libraries that the programs themselves need
#   bin/    the names a build uses; `cc` and `c++` have `usr/` for sysroot and link with the
#           dynamic loader in it
#
# $triple is what it builds for, $prefix what its names begin with, $packages what is copied, $libraries the folder of libraries
# below usr, $dynamic_linker the loader among them.
release=16

mkdir -p "$out/bin" "$out/host"
for package in $packages; do
    dpkg -L "$package"
done | grep -E "^/usr/(bin|include|lib|lib64|libexec|$triple)/" |
    grep -vE '/gconv/|/plugin/|/install-tools/|lto-dump|gprofng' |
    while read -r file; do
        if [ -L "$file" ] || [ -f "$file" ]; then echo "${file#/}"; fi
    done | sort -u |
    tar -C / -c --no-recursion --files-from=- | tar -C "$out" -x
[ -e "$out/lib" ] || ln -s usr/lib "$out/lib"
[ ! -e "$out/usr/lib64" ] || ln -s usr/lib64 "$out/lib64"
chmod -R u+w "$out"

programs() {
    find "$out/usr/bin" "$out/usr/libexec" -type f -perm -100
}
# The loader is the one line without an arrow.
programs | xargs ldd | sed -n 's,^[^/]*\(/[^ ]*\) (.*,\1,p' | sort -u |
    while read -r library; do
        cp -L "$library" "$out/host/"
    done
loader="$out/host/ld-linux-x86-64.so.2"
programs | while read -r program; do
    case "$program $(readelf --program-headers "$program" 2>&1)" in
    */libexec/*'type is EXEC'*)
        # patchelf breaks these, as they are bound to their addresses.
        mv "$program" "$program.bin"
        cat >"$program" <<SCRIPT
#!$shell
exec $loader --library-path $out/host --argv0 "\$0" $program.bin "\$@"
SCRIPT
        chmod +x "$program"
        ;;
    *'program interpreter'*)
        patchelf --set-interpreter "$loader" --force-rpath --set-rpath "$out/host" "$program"
        ;;
    esac
done
# GCC's libraries need one another.
for library in atomic asan gcc_s gomp itm stdc++ tsan ubsan; do
    for file in "$out/usr/$libraries/lib$library".so.?; do
        [ ! -e "$file" ] || patchelf --set-rpath "\$ORIGIN" "$file"
    done
done

# Under the prefix that a cross compiler's names have; where GCC looks, under none.
mkdir "$out/tools"
for name in ar as nm objcopy objdump ranlib strip readelf size strings c++filt addr2line; do
    [ -e "$out/usr/bin/$triple-$name" ] || continue
    ln -s "../usr/bin/$triple-$name" "$out/bin/$prefix$name"
done
ln -s "../usr/bin/$triple-ld.bfd" "$out/bin/${prefix}ld.bfd"
ln -s "${prefix}ld.bfd" "$out/bin/${prefix}ld"
ln -s "../usr/bin/$triple-gcov-$release" "$out/bin/${prefix}gcov"
for name in as ld.bfd nm objcopy strip; do
    ln -s "../bin/$prefix$name" "$out/tools/$name"
done
ln -s ld.bfd "$out/tools/ld"

driver() {
    cat >"$out/bin/$prefix$1" <<SCRIPT
#!$shell
exec $out/usr/bin/$triple-$2-$release --sysroot=$out -B$out/tools/ \\
  -Wl,--dynamic-linker=$out/usr/$libraries/$dynamic_linker -Wl,-rpath,$out/usr/$libraries "\$@"
SCRIPT
    chmod +x "$out/bin/$prefix$1"
}
driver cc gcc
driver c++ g++
ln -s "${prefix}cc" "$out/bin/${prefix}gcc"
ln -s "${prefix}c++" "$out/bin/${prefix}g++"
