use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::visit_mut::{VisitMut, visit_macro_mut};
use syn::{Expr, ExprLit, Lit, LitStr, Macro, Token, parse_quote};

use super::Context;
use crate::error::Error;

/// What the pass `project_id` left in the paths, as it stands in the code.
const ROOM: &str = ":project_id";

/// Has the addresses of requests made with the project id of the configuration, where it is set there;
/// otherwise the transport fills it in.
pub(super) fn use_known_project_id(
    file: &mut syn::File,
    context: &Context<'_>,
) -> Result<(), Error> {
    let expected = context
        .operations
        .iter()
        .filter(|operation| operation.path.contains("{project_id}"))
        .count();
    let mut addresses = Addresses { rewritten: 0 };
    addresses.visit_file_mut(file);
    if addresses.rewritten == expected {
        Ok(())
    } else {
        Err(context.unexpected("an address with the project id is not where it was"))
    }
}

struct Addresses {
    rewritten: usize,
}

impl VisitMut for Addresses {
    fn visit_macro_mut(&mut self, mac: &mut Macro) {
        visit_macro_mut(self, mac);
        if mac.path.is_ident("format")
            && let Some(tokens) = with_project_id(mac)
        {
            mac.tokens = tokens;
            self.rewritten += 1;
        }
    }
}

/// `"{}/v1/:project_id/{}", base, id` with the project id among the arguments.
fn with_project_id(mac: &Macro) -> Option<proc_macro2::TokenStream> {
    let parser = Punctuated::<Expr, Token![,]>::parse_terminated;
    let mut arguments = parser.parse2(mac.tokens.clone()).ok()?;
    let Some(Expr::Lit(ExprLit {
        lit: Lit::Str(literal),
        ..
    })) = arguments.first_mut()
    else {
        return None;
    };
    let template = literal.value();
    let (before, after) = template.split_once(ROOM)?;
    let place = 1 + before.matches("{}").count();
    *literal = LitStr::new(&format!("{before}{{}}{after}"), literal.span());
    arguments.insert(place, parse_quote!(client.inner.project_segment()));
    Some(quote::quote!(#arguments))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_project_id_takes_its_place_among_the_arguments() {
        let cases: [(Macro, Option<Macro>); 4] = [
            (
                parse_quote!(format!(
                    "{}/v1/:project_id/jobs/{}",
                    client.baseurl,
                    encode_path(&a)
                )),
                Some(parse_quote!(format!(
                    "{}/v1/{}/jobs/{}",
                    client.baseurl,
                    client.inner.project_segment(),
                    encode_path(&a)
                ))),
            ),
            (
                parse_quote!(format!("{}/{}/:project_id", client.baseurl, a,)),
                Some(parse_quote!(format!(
                    "{}/{}/{}",
                    client.baseurl,
                    a,
                    client.inner.project_segment()
                ))),
            ),
            (parse_quote!(format!("{}/v1/{}", client.baseurl, a)), None),
            (parse_quote!(format!("{a}")), None),
        ];
        for (before, after) in cases {
            let tokens = with_project_id(&before).map(|tokens| tokens.to_string());
            assert_eq!(tokens, after.map(|after| after.tokens.to_string()));
        }
    }
}
