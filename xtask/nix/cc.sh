# Builder: Clang, lld and LLVM's binutils with a sysroot of their own.
#
#   llvm/      the programs, the shared libraries they need, Clang's resource
#              directory where Clang looks for it
#   sysroot/   headers, start files and libraries of glibc, libgcc and libstdc++
#   bin/       the names a build uses; `cc` and `c++` add the sysroot and link
#              with the store's dynamic loader
#
# The variable `variant` is here for what it does to the hash of $out.
gcc=16
llvm=/usr/lib/llvm-21
triple=x86_64-linux-gnu
loader=sysroot/usr/lib/$triple/ld-linux-x86-64.so.2

sysroot_packages="libc6 libc6-dev linux-libc-dev
    libgcc-s1 libgcc-$gcc-dev libstdc++6 libstdc++-$gcc-dev
    libatomic1 libgomp1 libquadmath0"

# Documentation, character sets and the package manager's own notes are left out.
mkdir -p "$out/sysroot" "$out/bin" "$out/llvm/bin" "$out/llvm/lib"
for package in $sysroot_packages; do
    dpkg -L "$package"
done | grep -E "^/usr/(include|lib|lib64)/" | grep -v '/gconv/' |
    while read -r file; do
        if [ -L "$file" ] || [ -f "$file" ]; then echo "${file#/}"; fi
    done | sort -u |
    tar -C / -c --no-recursion --files-from=- | tar -C "$out/sysroot" -x
ln -s usr/lib "$out/sysroot/lib"
ln -s usr/lib64 "$out/sysroot/lib64"
mkdir -p "$out/sysroot/usr/lib64"
ln -sf "../lib/$triple/ld-linux-x86-64.so.2" "$out/sysroot/usr/lib64/"

cp -rL "$llvm/lib/clang" "$out/llvm/lib/clang"

programs="clang lld llvm-ar llvm-nm llvm-objcopy llvm-objdump llvm-dwp llvm-cov
    llvm-profdata llvm-cxxfilt llvm-readobj llvm-size llvm-strings
    llvm-symbolizer"
for program in $programs; do
    cp -L "$llvm/bin/$program" "$out/llvm/bin/$program"
done

ldd "$out"/llvm/bin/* | sed -n 's,.* => \(/[^ ]*\) .*,\1,p' | sort -u |
    while read -r library; do
        cp -L "$library" "$out/llvm/lib/"
    done

# DT_RPATH, unlike DT_RUNPATH, holds for the libraries of libraries too, and
# goes before LD_LIBRARY_PATH.
chmod -R u+w "$out"
for program in "$out"/llvm/bin/*; do
    patchelf --set-interpreter "$out/$loader" --force-rpath --set-rpath "$out/llvm/lib" "$program"
done
for library in libstdc++.so.6 libgcc_s.so.1 libatomic.so.1 libgomp.so.1 libquadmath.so.0; do
    patchelf --set-rpath "\$ORIGIN" "$out/sysroot/usr/lib/$triple/$library"
done

link() { ln -s "../llvm/bin/$1" "$out/bin/$2"; }
link lld ld
link lld ld.lld
link llvm-ar ar
link llvm-ar ranlib
link llvm-nm nm
link llvm-objcopy objcopy
link llvm-objcopy strip
link llvm-objdump objdump
link llvm-dwp dwp
link llvm-cov llvm-cov
link llvm-cov gcov
link llvm-profdata llvm-profdata
link llvm-cxxfilt c++filt
link llvm-readobj readelf
link llvm-size size
link llvm-strings strings
link llvm-symbolizer addr2line

driver() {
    cat >"$out/bin/$1" <<SCRIPT
#!$shell
exec $out/llvm/bin/clang --driver-mode=$2 \\
  --sysroot=$out/sysroot --gcc-install-dir=$out/sysroot/usr/lib/gcc/$triple/$gcc \\
  --start-no-unused-arguments -fuse-ld=lld --ld-path=$out/bin/ld.lld \\
  -Wl,--dynamic-linker=$out/$loader -Wl,-rpath,$out/sysroot/usr/lib/$triple \\
  --end-no-unused-arguments "\$@"
SCRIPT
    chmod +x "$out/bin/$1"
}
driver cc gcc
driver c++ g++
ln -s cc "$out/bin/clang"
ln -s c++ "$out/bin/clang++"
