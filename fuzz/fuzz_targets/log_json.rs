#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    lre_fuzz::log_json(data);
});
