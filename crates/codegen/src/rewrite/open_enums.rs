use quote::{format_ident, quote};
use syn::{Attribute, Expr, ExprLit, Item, ItemEnum, Lit, Meta, parse_quote};

use super::{Context, module, type_name};
use crate::error::Error;

/// Makes enumerations of text open: a value that the document does not list is kept.
pub(super) fn open_enums(file: &mut syn::File, context: &Context<'_>) -> Result<(), Error> {
    let types = module(&mut file.items, &["types"])
        .ok_or_else(|| context.unexpected("there is no module of types"))?;
    let mut opened = Vec::new();
    for item in types.iter_mut() {
        let Item::Enum(definition) = item else {
            continue;
        };
        if definition
            .variants
            .iter()
            .any(|variant| !variant.fields.is_empty())
        {
            continue;
        }
        opened.push(definition.ident.to_string());
        *item = open(definition, context)?;
    }
    // The macro brings conversions of its own.
    types.retain(|item| match (item, type_name(item)) {
        (Item::Impl(item), Some(name)) if opened.contains(&name) => {
            item.trait_.as_ref().is_none_or(|(path, _)| {
                path.segments
                    .last()
                    .is_some_and(|last| last.ident == "Default")
            })
        }
        _ => true,
    });
    Ok(())
}

fn open(definition: &ItemEnum, context: &Context<'_>) -> Result<Item, Error> {
    let name = &definition.ident;
    let docs = definition
        .attrs
        .iter()
        .filter(|attribute| attribute.path().is_ident("doc"));
    let mut variants = Vec::new();
    for variant in &definition.variants {
        if variant.ident == "Unknown" {
            return Err(context.document.error(
                format!("the enumeration {name}"),
                "has a value whose name is that of a value that is not listed, Unknown",
            ));
        }
        let ident = &variant.ident;
        let value = renamed(&variant.attrs).unwrap_or_else(|| ident.to_string());
        let docs = variant
            .attrs
            .iter()
            .filter(|attribute| attribute.path().is_ident("doc"));
        variants.push(quote!(#(#docs)* #ident = #value,));
    }
    let name = format_ident!("{name}");
    Ok(parse_quote! {
        ::huaweicloud_core::open_enum! {
            #(#docs)*
            pub enum #name {
                #(#variants)*
            }
        }
    })
}

/// The value of `#[serde(rename = "…")]`.
fn renamed(attributes: &[Attribute]) -> Option<String> {
    attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("serde"))
        .find_map(|attribute| {
            let Meta::NameValue(pair) = attribute.parse_args::<Meta>().ok()? else {
                return None;
            };
            match (pair.path.is_ident("rename"), pair.value) {
                (
                    true,
                    Expr::Lit(ExprLit {
                        lit: Lit::Str(value),
                        ..
                    }),
                ) => Some(value.value()),
                _ => None,
            }
        })
}
