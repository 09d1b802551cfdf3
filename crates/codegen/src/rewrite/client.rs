use quote::quote;
use syn::{Item, ItemImpl, parse_quote};

use super::{Context, module, type_name};
use crate::error::Error;

/// Makes the client from a configuration.
///
/// progenitor's constructors take an address and build a pool of connections for each client, or
/// panic. Ours takes the configuration, whose clients share one pool. The prelude of one name goes,
/// and so do the imports that the rewritten operations no longer need.
pub(super) fn rewrite_client(file: &mut syn::File, context: &Context<'_>) -> Result<(), Error> {
    let before = file.items.len();
    file.items.retain(|item| {
        !matches!(item, Item::Use(_))
            && !matches!(item, Item::Mod(module) if module.ident == "prelude")
    });
    // Two uses and the prelude.
    if before - file.items.len() != 3 {
        return Err(context.unexpected("the imports or the prelude are not where they were"));
    }
    let constructors = file
        .items
        .iter_mut()
        .find_map(|item| match item {
            Item::Impl(ItemImpl { trait_: None, .. })
                if type_name(item).as_deref() == Some("Client") =>
            {
                Some(item)
            }
            _ => None,
        })
        .ok_or_else(|| context.unexpected("the client has no constructors"))?;
    let title = context
        .document
        .root
        .pointer("/info/title")
        .and_then(|title| title.as_str());
    let doc = format!(
        " A client of {} in the region of a configuration.",
        title.unwrap_or("it")
    );
    *constructors = parse_quote! {
        impl Client {
            #[doc = #doc]
            ///
            /// # Errors
            ///
            /// When the configuration names neither an endpoint nor a region in which the service
            /// is documented, and the service has no global endpoint.
            pub fn new(config: &::huaweicloud_core::Config) -> Result<Self, Error> {
                let inner = ::huaweicloud_core::Transport::new(config, &SERVICE)?;
                Ok(Self {
                    baseurl: inner.endpoint().to_string(),
                    client: inner.http_client().clone(),
                    inner,
                })
            }

            /// The same client, whose calls do some things differently from the configuration.
            #[must_use]
            pub fn with_options(
                &self,
                options: ::huaweicloud_core::policy::CallOptions,
            ) -> Self {
                let mut client = self.clone();
                client.inner = client.inner.with_options(options);
                client
            }
        }
    };
    let service = &context.endpoints.service;
    let endpoints = context
        .endpoints
        .by_region
        .iter()
        .map(|(region, url)| quote!((#region, #url)));
    let global = context.endpoints.global.as_ref();
    let global = global.map(|url| quote!(.with_global_endpoint(#url)));
    let head: Vec<Item> = vec![
        parse_quote! {
            use ::huaweicloud_core::progenitor_client::{ClientHooks, ClientInfo, Error};
        },
        parse_quote! {
            /// The service, and its endpoints.
            pub static SERVICE: ::huaweicloud_core::Service =
                ::huaweicloud_core::Service::new(#service, &[#(#endpoints),*]) #global;
        },
    ];
    file.items.splice(0..0, head);
    let builder = module(&mut file.items, &["builder"])
        .ok_or_else(|| context.unexpected("there is no module of operations"))?;
    builder.retain(|item| !matches!(item, Item::Use(_)));
    let imports: Item = parse_quote! {
        #[allow(unused_imports)]
        use ::huaweicloud_core::progenitor_client::{
            ClientHooks, Error, OperationInfo, ResponseValue, TextRule, encode_path,
        };
    };
    builder.insert(0, imports);
    builder.insert(
        0,
        parse_quote!(
            use super::types;
        ),
    );
    Ok(())
}
