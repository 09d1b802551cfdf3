use std::collections::BTreeSet;

use heck::ToUpperCamelCase as _;
use syn::{ImplItem, Item, parse_quote};

use super::{Context, module, type_name};
use crate::document::request_schemas;
use crate::error::Error;

/// Treats types that no request holds as answers.
///
/// Their builders go: nobody builds an answer, and they are more than half of the code that users
/// compile. And they are `non_exhaustive`, so that a property which the document gains breaks
/// nobody's code.
pub(super) fn rewrite_answer_types(
    file: &mut syn::File,
    context: &Context<'_>,
) -> Result<(), Error> {
    let types = module(&mut file.items, &["types"])
        .ok_or_else(|| context.unexpected("there is no module of types"))?;
    // A type without a name of its own in the document has the name of the one that it is in as
    // its beginning.
    let requested: BTreeSet<String> = request_schemas(context.document)
        .iter()
        .map(|name| name.to_upper_camel_case())
        .collect();
    let is_requested = |name: &str| requested.iter().any(|prefix| name.starts_with(prefix));
    let keeps = |item: &Item| type_name(item).is_none_or(|name| is_requested(&name));
    types.retain(|item| keeps(item) || !is_builder_constructor(item));
    for item in types.iter_mut() {
        match item {
            Item::Struct(answer) if !is_requested(&answer.ident.to_string()) => {
                answer.attrs.push(parse_quote!(#[non_exhaustive]));
            }
            _ => {}
        }
    }
    let builder = module(types, &["builder"])
        .ok_or_else(|| context.unexpected("there is no module of the types' builders"))?;
    builder.retain(|item| match item {
        // `impl TryFrom<Job> for super::Job` and its like go with their builder.
        Item::Impl(_) | Item::Struct(_) => keeps(item),
        _ => true,
    });
    if builder.is_empty() {
        types.retain(|item| !matches!(item, Item::Mod(module) if module.ident == "builder"));
    }
    if !types
        .iter()
        .any(|item| super::text(item).contains("ConversionError") && !is_error(item))
    {
        types.retain(|item| !is_error(item));
    }
    Ok(())
}

fn is_error(item: &Item) -> bool {
    matches!(item, Item::Mod(module) if module.ident == "error")
}

/// `impl Job { pub fn builder() -> builder::Job { … } }`
fn is_builder_constructor(item: &Item) -> bool {
    let Item::Impl(item) = item else { return false };
    item.trait_.is_none()
        && matches!(item.items.as_slice(), [ImplItem::Fn(function)] if function.sig.ident == "builder")
}
