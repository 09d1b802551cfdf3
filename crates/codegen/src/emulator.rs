//! The table of documented operations that the emulator serves.

use quote::quote;
use syn::parse_quote;

use crate::operation::{Operation, Selector};

/// The items of the emulator's table for one service.
pub(crate) fn rows<'a>(
    service: &'a str,
    operations: &'a [Operation],
) -> impl Iterator<Item = proc_macro2::TokenStream> + 'a {
    operations.iter().filter_map(move |operation| {
        let example = operation.example.as_ref()?;
        let method = operation.method.to_ascii_uppercase();
        let (id, path) = (&operation.id, &operation.path);
        let authentication = match (operation.authenticated, operation.anonymous) {
            (true, false) => quote!(Required),
            (true, true) => quote!(Optional),
            (false, _) => quote!(None),
        };
        let selector = match &operation.selector {
            Some(Selector { pointer, value }) => quote!(Some((#pointer, #value))),
            None => quote!(None),
        };
        let (status, body) = (example.status, example.body.to_string());
        Some(quote! {
            DocumentedOperation {
                service: #service,
                operation_id: #id,
                method: #method,
                path: #path,
                selector: #selector,
                authentication: Authentication::#authentication,
                status: #status,
                body: #body,
            }
        })
    })
}

/// The file of the emulator's table.
pub(crate) fn file(rows: &[proc_macro2::TokenStream]) -> syn::File {
    parse_quote! {
        use crate::operation::{Authentication, DocumentedOperation};

        pub(crate) static OPERATIONS: &[DocumentedOperation] = &[#(#rows),*];
    }
}
