use http::HeaderMap;

use super::*;

#[test]
fn everything_but_the_unreserved_characters_is_encoded() {
    let cases = [
        ("", ""),
        ("AZaz09-._~", "AZaz09-._~"),
        (" +/%", "%20%2B%2F%25"),
        ("!\"#$&'()*,", "%21%22%23%24%26%27%28%29%2A%2C"),
        (
            ":;<=>?@[\\]^`{|}",
            "%3A%3B%3C%3D%3E%3F%40%5B%5C%5D%5E%60%7B%7C%7D",
        ),
        ("é中😀\n", "%C3%A9%E4%B8%AD%F0%9F%98%80%0A"),
    ];
    for (text, encoded) in cases {
        assert_eq!(encode_component(text), encoded, "{text:?}");
    }
    assert!(matches!(encode_component("plain"), Cow::Borrowed("plain")));
}

#[test]
fn a_query_is_decoded_sorted_and_encoded_again() {
    let cases = [
        ("", ""),
        ("&&", ""),
        ("limit=2&marker=m", "limit=2&marker=m"),
        ("b=1&a=2&a=10&a=1", "a=1&a=10&a=2&b=1"),
        ("a", "a="),
        ("a=", "a="),
        ("=a", "=a"),
        ("=", "="),
        ("a=b=c", "a=b%3Dc"),
        ("a=x+y", "a=x%2By"),
        ("a=x%20y", "a=x%20y"),
        ("a=%2f%7e", "a=%2F~"),
        ("a=100%&b=%zz", "a=100%25&b=%25zz"),
        ("a=%FF", "a=%FF"),
        ("ключ=é", "%D0%BA%D0%BB%D1%8E%D1%87=%C3%A9"),
        // Sorted as decoded: `~` comes after `a`, `%7E` would come before it.
        ("%7E=1&a=1", "a=1&~=1"),
        // By key first: the `=` between key and value is no part of the order.
        ("a-b=1&a=2", "a=2&a-b=1"),
    ];
    for (query, canonical) in cases {
        assert_eq!(canonical_query(query), canonical, "{query:?}");
        assert_eq!(canonical_query(canonical), canonical, "{canonical:?} again");
    }
}

// From the test of the official Go SDK, core/auth/signer/signer_test.go, v0.1.207.
#[test]
fn the_query_of_the_official_go_sdk_is_canonical() {
    let canonical = "enable=true&limit=1&multi=1&multi=2&multi=3&path=%2Ftmp%2F123\
                     &test=%E4%B8%80%20%28%26%3D%3F%21%23%25.%2A%29";
    let raw = "limit=1&enable=true&test=一%20(%26%3D?!%23%25.*)&path=/tmp/123\
               &multi=3&multi=1&multi=2";
    assert_eq!(canonical_query(raw), canonical);
}

#[test]
fn a_path_is_decoded_encoded_again_and_ends_in_a_slash() {
    let cases = [
        ("", "/"),
        ("/", "/"),
        ("//", "//"),
        ("/a", "/a/"),
        ("/a/", "/a/"),
        ("/a/../b//c", "/a/../b//c/"),
        ("/a%2Fb", "/a/b/"),
        ("/a%2f", "/a/"),
        ("/a+b", "/a%2Bb/"),
        ("/a%20b;c=d,e@f:g", "/a%20b%3Bc%3Dd%2Ce%40f%3Ag/"),
        ("/%7e%41", "/~A/"),
        ("/100%/%zz/%4", "/100%25/%25zz/%254/"),
        ("/%252F", "/%252F/"),
        ("/é/%C3%A9", "/%C3%A9/%C3%A9/"),
        ("/%FF", "/%EF%BF%BD/"),
        ("/%E4%B8/%E4%B8é", "/%EF%BF%BD/%EF%BF%BD%C3%A9/"),
    ];
    for (path, canonical) in cases {
        let mut out = Vec::new();
        write_path(path, &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), canonical, "{path:?}");
    }
}

#[test]
fn headers_are_sorted_trimmed_and_joined_where_repeated() {
    let mut headers = HeaderMap::new();
    for (name, value) in [
        ("x-b", " 2 "),
        ("Host", "h"),
        ("x-b", "\t1"),
        ("x-a", ""),
        ("x-c", "p  q"),
    ] {
        headers.append(
            HeaderName::from_bytes(name.as_bytes()).unwrap(),
            HeaderValue::from_static(value),
        );
    }
    let signed = SignedHeaders::new(headers.iter());
    let (mut names, mut lines) = (Vec::new(), Vec::new());
    signed.write_names(&mut names);
    signed.write_lines(&mut lines);
    assert_eq!(names, b"host;x-a;x-b;x-c");
    assert_eq!(lines, b"host:h\nx-a:\nx-b:2,1\nx-c:p  q\n");
}

#[test]
fn the_buffer_is_never_grown() {
    let mut headers = HeaderMap::new();
    headers.insert("host", HeaderValue::from_static("h"));
    headers.insert("x-sdk-date", HeaderValue::from_static("20191115T033655Z"));
    let signed = SignedHeaders::new(headers.iter());
    let request = CanonicalRequest::new(&Method::DELETE, "/a/b", "c=d", &signed, &[b'0'; 64]);
    assert_eq!(request.signed_names(), b"host;x-sdk-date");
    let request = request.into_bytes();
    let parts = "DELETE".len() + "/a/b".len() + "c=d".len() + 64 + 8;
    assert_eq!(
        request.capacity(),
        parts + signed.lines_len() + signed.names_len()
    );
    assert!(request.len() <= request.capacity());
}
