//! Enumerations that stay open.

/// Defines an enumeration of text values that keeps a value which is not listed.
///
/// Services add values before their documents do. Such a value decodes as `Unknown` with the text
/// as it came, and is sent as that text.
///
/// # Example
///
/// ```
/// huaweicloud_core::open_enum! {
///     /// How a build ended.
///     pub enum Outcome {
///         /// It worked.
///         Success = "success",
///         Fail = "fail",
///     }
/// }
///
/// assert_eq!(Outcome::from("fail"), Outcome::Fail);
/// assert_eq!(Outcome::from("skipped").as_str(), "skipped");
/// assert_eq!(Outcome::VALUES, ["success", "fail"]);
/// ```
#[macro_export]
macro_rules! open_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $($(#[$variant_meta:meta])* $variant:ident = $value:literal,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        #[non_exhaustive]
        pub enum $name {
            $(
                $(#[$variant_meta])*
                #[doc = concat!("`", $value, "`")]
                $variant,
            )*
            /// A value that the document does not list, as it came.
            Unknown(::std::string::String),
        }

        impl $name {
            /// The values that the document lists.
            pub const VALUES: &'static [&'static str] = &[$($value),*];

            /// The value as it is sent.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $value,)*
                    Self::Unknown(value) => value,
                }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl ::std::convert::From<&str> for $name {
            fn from(value: &str) -> Self {
                match value {
                    $($value => Self::$variant,)*
                    _ => Self::Unknown(value.to_owned()),
                }
            }
        }

        impl ::std::convert::From<::std::string::String> for $name {
            fn from(value: ::std::string::String) -> Self {
                match value.as_str() {
                    $($value => Self::$variant,)*
                    _ => Self::Unknown(value),
                }
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = ::std::convert::Infallible;

            fn from_str(value: &str) -> ::std::result::Result<Self, Self::Err> {
                Ok(Self::from(value))
            }
        }

        impl $crate::progenitor_client::serde::Serialize for $name {
            fn serialize<S>(&self, serializer: S) -> ::std::result::Result<S::Ok, S::Error>
            where
                S: $crate::progenitor_client::serde::Serializer,
            {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> $crate::progenitor_client::serde::Deserialize<'de> for $name {
            fn deserialize<D>(deserializer: D) -> ::std::result::Result<Self, D::Error>
            where
                D: $crate::progenitor_client::serde::Deserializer<'de>,
            {
                <::std::string::String as $crate::progenitor_client::serde::Deserialize>
                    ::deserialize(deserializer)
                    .map(Self::from)
            }
        }
    };
}
