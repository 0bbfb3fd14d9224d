# Builder: the static emulator that runs programs built for 64-bit Arm.
mkdir -p "$out/bin"
cp /usr/bin/qemu-aarch64 "$out/bin/"
