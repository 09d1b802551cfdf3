use std::fmt;
use std::str::FromStr;

use crate::hash::Hash;

/// How a request is signed. All start from the same [canonical request](crate::explain).
///
/// The default is SDK-HMAC-SHA256, which every service takes. The others are for those who are told
/// to use them.
///
/// ```
/// use huaweicloud_auth::Algorithm;
///
/// let algorithm: Algorithm = "V11-HMAC-SHA256".parse()?;
/// assert_eq!(algorithm, Algorithm::V11HmacSha256);
/// assert_eq!(Algorithm::default().as_str(), "SDK-HMAC-SHA256");
/// # Ok::<(), huaweicloud_auth::ParseAlgorithmError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// `SDK-HMAC-SHA256`: HMAC with SHA-256, keyed by the secret key.
    #[default]
    SdkHmacSha256,
    /// `SDK-HMAC-SM3`: HMAC with SM3 (GB/T 32905), keyed by the secret key.
    #[cfg(feature = "sm3")]
    SdkHmacSm3,
    /// `SDK-ECDSA-P256-SHA256`: ECDSA over the curve P-256, its private key derived from the access
    /// key. The nonce is that of RFC 6979, so one request has one signature.
    #[cfg(feature = "ecdsa")]
    SdkEcdsaP256Sha256,
    /// `SDK-SM2-SM3`: the signatures of SM2 (GB/T 32918.2) with the default user id, its private
    /// key derived from the access key.
    #[cfg(feature = "sm2")]
    SdkSm2Sm3,
    /// `V11-HMAC-SHA256`: HMAC with SHA-256, keyed by what HKDF derives from the access key for one
    /// day, one region and one service. It needs [`region`](crate::SigningContext::region) and
    /// [`service`](crate::SigningContext::service).
    V11HmacSha256,
}

impl Algorithm {
    /// Every algorithm of this build.
    ///
    /// ```
    /// use huaweicloud_auth::Algorithm;
    ///
    /// assert!(Algorithm::ALL.contains(&Algorithm::default()));
    /// ```
    pub const ALL: &[Self] = &[
        Self::SdkHmacSha256,
        #[cfg(feature = "sm3")]
        Self::SdkHmacSm3,
        #[cfg(feature = "ecdsa")]
        Self::SdkEcdsaP256Sha256,
        #[cfg(feature = "sm2")]
        Self::SdkSm2Sm3,
        Self::V11HmacSha256,
    ];

    /// The name, as the `Authorization` header begins with it.
    ///
    /// ```
    /// use huaweicloud_auth::Algorithm;
    ///
    /// assert_eq!(Algorithm::V11HmacSha256.as_str(), "V11-HMAC-SHA256");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SdkHmacSha256 => "SDK-HMAC-SHA256",
            #[cfg(feature = "sm3")]
            Self::SdkHmacSm3 => "SDK-HMAC-SM3",
            #[cfg(feature = "ecdsa")]
            Self::SdkEcdsaP256Sha256 => "SDK-ECDSA-P256-SHA256",
            #[cfg(feature = "sm2")]
            Self::SdkSm2Sm3 => "SDK-SM2-SM3",
            Self::V11HmacSha256 => "V11-HMAC-SHA256",
        }
    }

    /// What the body and the canonical request are hashed with.
    pub(crate) const fn hash(self) -> Hash {
        match self {
            Self::SdkHmacSha256 | Self::V11HmacSha256 => Hash::Sha256,
            #[cfg(feature = "ecdsa")]
            Self::SdkEcdsaP256Sha256 => Hash::Sha256,
            #[cfg(feature = "sm3")]
            Self::SdkHmacSm3 => Hash::Sm3,
            #[cfg(feature = "sm2")]
            Self::SdkSm2Sm3 => Hash::Sm3,
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a name is not that of an [`Algorithm`] of this build.
///
/// ```
/// use huaweicloud_auth::{Algorithm, ParseAlgorithmError};
///
/// let error = "AWS4-HMAC-SHA256".parse::<Algorithm>().unwrap_err();
/// assert_eq!(error, ParseAlgorithmError::Unknown("AWS4-HMAC-SHA256".into()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseAlgorithmError {
    /// No algorithm has this name, written in exactly these letters.
    #[error(
        "the algorithm {0} is not known; there are SDK-HMAC-SHA256, SDK-HMAC-SM3, \
         SDK-ECDSA-P256-SHA256, SDK-SM2-SM3 and V11-HMAC-SHA256"
    )]
    Unknown(String),
    /// The feature of this crate that brings the algorithm is off.
    #[error(
        "the algorithm {algorithm} needs the feature {feature} of huaweicloud-auth; turn it on"
    )]
    FeatureOff {
        /// The name of the algorithm.
        algorithm: &'static str,
        /// The name of the feature.
        feature: &'static str,
    },
}

/// The algorithms that a feature can be off for.
const FEATURES: [(&str, &str); 3] = [
    ("SDK-HMAC-SM3", "sm3"),
    ("SDK-ECDSA-P256-SHA256", "ecdsa"),
    ("SDK-SM2-SM3", "sm2"),
];

impl FromStr for Algorithm {
    type Err = ParseAlgorithmError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        if let Some(found) = Self::ALL.iter().find(|known| known.as_str() == name) {
            return Ok(*found);
        }
        Err(match FEATURES.into_iter().find(|known| known.0 == name) {
            Some((algorithm, feature)) => ParseAlgorithmError::FeatureOff { algorithm, feature },
            None => ParseAlgorithmError::Unknown(name.to_owned()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_that_of_an_algorithm_or_of_the_feature_that_brings_it() {
        for algorithm in Algorithm::ALL {
            assert_eq!(algorithm.as_str().parse(), Ok(*algorithm));
            assert_eq!(algorithm.to_string(), algorithm.as_str());
        }
        for (name, feature) in FEATURES {
            let on = match feature {
                "sm3" => cfg!(feature = "sm3"),
                "ecdsa" => cfg!(feature = "ecdsa"),
                _ => cfg!(feature = "sm2"),
            };
            let parsed: Result<Algorithm, _> = name.parse();
            assert_eq!(parsed.is_ok(), on, "{name}");
            if let Err(error) = parsed {
                assert_eq!(
                    error.to_string(),
                    format!(
                        "the algorithm {name} needs the feature {feature} of huaweicloud-auth; \
                         turn it on"
                    )
                );
            }
        }
        for name in [
            "",
            "sdk-hmac-sha256",
            "SDK-HMAC-SHA256 ",
            "AWS4-HMAC-SHA256",
        ] {
            assert_eq!(
                name.parse::<Algorithm>(),
                Err(ParseAlgorithmError::Unknown(name.into()))
            );
        }
    }
}
