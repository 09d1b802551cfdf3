use std::fmt;
use std::sync::Arc;

type Lookup = dyn Fn(&str) -> Option<String> + Send + Sync;

/// Environment variables: those of the process, or others in their place.
///
/// A variable that is empty, or not Unicode, counts as not set. White space around a value is no
/// part of it.
///
/// ```
/// use huaweicloud_auth::provide::Variables;
///
/// let variables: Variables = [("HUAWEICLOUD_SDK_AK", "access key ")].into_iter().collect();
/// assert_eq!(variables.get("HUAWEICLOUD_SDK_AK").as_deref(), Some("access key"));
/// assert_eq!(variables.get("HUAWEICLOUD_SDK_SK"), None);
/// ```
#[derive(Clone)]
pub struct Variables(Arc<Lookup>);

impl Variables {
    /// The variables of this process, looked up anew each time.
    ///
    /// ```
    /// use huaweicloud_auth::provide::Variables;
    ///
    /// assert_eq!(Variables::of_process().get("HUAWEICLOUD_SDK_NO_SUCH_VARIABLE"), None);
    /// ```
    #[must_use]
    pub fn of_process() -> Self {
        Self::from_fn(|name| std::env::var(name).ok())
    }

    /// Variables that a function looks up.
    ///
    /// ```
    /// use huaweicloud_auth::provide::Variables;
    ///
    /// let none = Variables::from_fn(|_name| None);
    /// assert_eq!(none.get("HOME"), None);
    /// ```
    pub fn from_fn(lookup: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(lookup))
    }

    /// The value of a variable, if it is set and not empty.
    ///
    /// ```
    /// use huaweicloud_auth::provide::Variables;
    ///
    /// let home = Variables::of_process().get("HOME");
    /// # let _ = home;
    /// ```
    #[must_use]
    pub fn get(&self, name: &str) -> Option<String> {
        let value = (self.0)(name)?;
        let trimmed = value.trim();
        (!trimmed.is_empty()).then(|| trimmed.to_owned())
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Variables {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let map: std::collections::BTreeMap<String, String> = pairs
            .into_iter()
            .map(|(name, value)| (name.into(), value.into()))
            .collect();
        Self::from_fn(move |name| map.get(name).cloned())
    }
}

/// Values may be secrets, so none is shown.
impl fmt::Debug for Variables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Variables")
    }
}
