#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    lre_fuzz::oci_archive(data);
});
