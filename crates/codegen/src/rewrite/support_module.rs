use syn::Path;
use syn::visit_mut::{VisitMut, visit_path_mut};

/// Points the code at the support module of the core crate instead of progenitor's own crate, and
/// at the HTTP client that it re-exports, so that a service crate depends on neither.
pub(super) fn use_our_support_module(file: &mut syn::File) {
    SupportModule.visit_file_mut(file);
}

struct SupportModule;

impl VisitMut for SupportModule {
    fn visit_path_mut(&mut self, path: &mut Path) {
        visit_path_mut(self, path);
        let first = path
            .segments
            .first()
            .map(|segment| segment.ident.to_string());
        let replacement: Path = match first.as_deref() {
            Some("progenitor_client") => syn::parse_quote!(::huaweicloud_core::progenitor_client),
            Some("reqwest") => syn::parse_quote!(::huaweicloud_core::progenitor_client::reqwest),
            _ => return,
        };
        let rest: Vec<_> = path.segments.iter().skip(1).cloned().collect();
        *path = replacement;
        path.segments.extend(rest);
    }
}
