# Builder: a compiler for C and C++ whose programs need nothing at all, not even a loader:
# Clang with musl, and libc++ built from $libcxx, where Debian has no C++ library for musl.
#
#   sysroot/   headers, start files and libraries of musl, libc++ and libunwind
#   bin/       the names a build uses; `cc` and `c++` add the sysroot and link statically
#
# $clang is the toolchain whose programs are used, $libcxx holds LLVM's sources of libcxx,
# libcxxabi and libunwind.
musl=x86_64-linux-musl
include=$out/sysroot/usr/include
lib=$out/sysroot/usr/lib

mkdir -p "$out/bin" "$include/c++" "$lib"
cp -r "/usr/include/$musl/." "$include"
cp "/usr/lib/$musl"/*.[ao] "$lib"
# The kernel's own headers, which musl leaves to whoever wants them.
cp -rL /usr/include/linux /usr/include/asm-generic /usr/include/x86_64-linux-gnu/asm "$include"
cp -r "$libcxx/libcxx/include" "$include/c++/v1"
cp "$libcxx/libcxxabi/include"/* "$include/c++/v1"
cp "$libcxx/libunwind/include"/*.h "$include"
chmod -R u+w "$out"

# LLVM's build writes this file, and these sources are of a compiler that passes the settings
# with each call; where it is to be included, they have a remark.
cat >"$include/c++/v1/__config_site" <<SITE
#ifndef _LIBCPP___CONFIG_SITE
#define _LIBCPP___CONFIG_SITE
#define _LIBCPP_ABI_VERSION 1
#define _LIBCPP_ABI_NAMESPACE __1
#define _LIBCPP_HAS_THREADS 1
#define _LIBCPP_HAS_THREAD_API_PTHREAD 1
#define _LIBCPP_HAS_MONOTONIC_CLOCK 1
#define _LIBCPP_HAS_MUSL_LIBC 1
#define _LIBCPP_HAS_FILESYSTEM 1
#define _LIBCPP_HAS_RANDOM_DEVICE 1
#define _LIBCPP_HAS_LOCALIZATION 1
#define _LIBCPP_HAS_UNICODE 1
#define _LIBCPP_HAS_WIDE_CHARACTERS 1
#define _LIBCPP_HAS_TIME_ZONE_DATABASE 1
#define _LIBCPP_PSTL_BACKEND_STD_THREAD
#define _LIBCPP_HARDENING_MODE_DEFAULT _LIBCPP_HARDENING_MODE_NONE
#define _LIBCPP_ASSERTION_SEMANTIC_DEFAULT _LIBCPP_ASSERTION_SEMANTIC_HARDENING_DEPENDENT
#endif
SITE
sed -i 's,^/\* zig patch: instead of including __config_site.*,#include <__config_site>,' \
    "$include/c++/v1/__config" "$include/c++/v1/__configuration"/*.h

for name in ld ld.lld ar ranlib nm objcopy strip objdump dwp llvm-cov gcov llvm-profdata \
    c++filt readelf size strings addr2line; do
    ln -s "$clang/bin/$name" "$out/bin/$name"
done

driver() {
    cat >"$out/bin/$1" <<SCRIPT
#!$shell
exec $clang/llvm/bin/clang --driver-mode=$2 --target=$musl --sysroot=$out/sysroot -B$out/bin \\
  --start-no-unused-arguments -stdlib=libc++ --rtlib=compiler-rt --unwindlib=libunwind \\
  --end-no-unused-arguments "\$@"
SCRIPT
    chmod +x "$out/bin/$1"
}
driver cc gcc
driver c++ g++
ln -s cc "$out/bin/clang"
ln -s c++ "$out/bin/clang++"

objects=$(mktemp -d)
# Compiles the sources that it reads, one a line and below the folder $1, to objects in
# $objects/$1. That the paths are relative keeps those of the sources out of the libraries.
compile() {
    folder=$1
    shift
    mkdir "$objects/$folder"
    cd "$libcxx/$folder/src"
    # shellcheck disable=SC2016
    xargs -P "$(nproc)" -I '{}' "$shell" -eu -c 'source=$1 objects=$2 && shift 2 &&
        exec "$@" -o "$objects/$(echo "$source" | tr / -).o" "$source"' \
        sh '{}' "$objects/$folder" "$out/bin/cc" -c -O1 -fPIC -DNDEBUG -w "$@"
}

# Some of the files are empty where unwinding goes another way than theirs.
find "$libcxx/libunwind/src" \( -name '*.[cS]' -o -name libunwind.cpp \) -printf '%f\n' |
    compile libunwind -I../include -D_LIBUNWIND_IS_NATIVE_ONLY -funwind-tables -fno-rtti
"$out/bin/ar" rcs "$lib/libunwind.a" "$objects/libunwind"/*.o

# Without what only stands in where exceptions are off.
find "$libcxx/libcxxabi/src" -name '*.cpp' ! -name cxa_noexception.cpp -printf '%f\n' |
    compile libcxxabi -std=c++23 -D_LIBCXXABI_BUILDING_LIBRARY -D_LIBCPP_BUILDING_LIBRARY \
        -I../../libcxx/src -I../include
"$out/bin/ar" rcs "$lib/libc++abi.a" "$objects/libcxxabi"/*.o

# Without what is of Windows and macOS, what is experimental, and `new`, which libc++abi has.
find "$libcxx/libcxx/src" -name '*.cpp' -printf '%P\n' |
    grep -vE '^(support|pstl|experimental)/|^new\.cpp$' |
    compile libcxx -std=c++23 -D_LIBCPP_BUILDING_LIBRARY -DLIBCXX_BUILDING_LIBCXXABI \
        -DLIBC_NAMESPACE=__llvm_libc_common_utils -I. -I../libc \
        -fvisibility=hidden -fvisibility-inlines-hidden
# Both in one, as the driver `c++` names no other (LIBCXX_ENABLE_STATIC_ABI_LIBRARY of LLVM).
"$out/bin/ar" rcs "$lib/libc++.a" "$objects/libcxx"/*.o "$objects/libcxxabi"/*.o
rm -r "$objects"
