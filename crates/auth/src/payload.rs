/// What a signature covers of the body of a request.
///
/// Bytes convert into it: `sign` takes `b"{}"` or `&body` as they are.
///
/// ```
/// use huaweicloud_auth::Payload;
///
/// let body = String::from("{}");
/// assert_eq!(Payload::from(&body), Payload::Bytes(b"{}"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Payload<'a> {
    /// The whole body as it will be sent.
    Bytes(&'a [u8]),
    /// A body that is not at hand, such as a stream: the signature does not cover it, and the
    /// request says so by `UNSIGNED-PAYLOAD` in `X-Sdk-Content-Sha256` (with SM3, in
    /// `X-Sdk-Content-Sm3`), in place of what it has there.
    Unsigned,
}

impl<'a, T: AsRef<[u8]> + ?Sized> From<&'a T> for Payload<'a> {
    fn from(bytes: &'a T) -> Self {
        Self::Bytes(bytes.as_ref())
    }
}
