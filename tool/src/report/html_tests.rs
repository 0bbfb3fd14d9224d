//! What every page has to be, whatever it carries.

use super::*;

fn page(data: &impl Serialize) -> String {
    let mut bytes = Vec::new();
    write(&mut bytes, data).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// What is between two texts of which each is there once.
fn between<'a>(page: &'a str, start: &str, end: &str) -> &'a str {
    let (_, rest) = page.split_once(start).unwrap();
    rest.split_once(end).unwrap().0
}

#[test]
fn the_policy_has_the_hashes_of_what_is_in_the_page() {
    let page = page(&"data");
    let policy = between(&page, "Content-Security-Policy\" content=\"", "\"");

    let script = between(&page, "<script type=\"module\">", "</script>");
    let style = between(&page, "<style>", "</style>");

    assert!(policy.starts_with("default-src 'none'; "), "{policy}");
    assert!(
        policy.contains(&format!("script-src {};", hash(script))),
        "{policy}"
    );
    assert!(
        policy.contains(&format!("style-src {};", hash(style))),
        "{policy}"
    );
    assert!(!policy.contains("unsafe"), "{policy}");
}

#[test]
fn a_hash_is_as_in_the_specification() {
    // CSP Level 3, 2.3.1, gives this one for the script `alert('Hello, world.');`.
    assert_eq!(
        hash("alert('Hello, world.');"),
        "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"
    );
}

#[test]
fn nothing_is_loaded_and_no_markup_is_made_of_text() {
    let page = page(&"data");

    for load in [
        "http:",
        "https:",
        "src=",
        "url(",
        "@import",
        "fetch(",
        "import(",
        "XMLHttpRequest",
    ] {
        assert!(!page.contains(load), "the page has {load:?}");
    }
    for markup in [
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        " style=\"",
    ] {
        assert!(!page.contains(markup), "the page has {markup:?}");
    }
}

#[test]
fn what_it_carries_ends_no_tag() {
    let hostile = "</script><script>alert(1)</script>@SCRIPT@<!--";

    let page = page(&hostile);

    let data = between(&page, "type=\"application/json\">", "</script>");
    assert_eq!(serde_json::from_str::<String>(data).unwrap(), hostile);
    assert_eq!(page.matches("<script").count(), 2);
    assert_eq!(page.matches("</script>").count(), 2);
}
