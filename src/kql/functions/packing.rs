//! Text packed by gzip or zlib and written in base64.

use super::arguments::text;
use super::signature::{STRING, once};
use super::{Eval, Example, Function, Nulls, Parameter, Returns, Signature};
use crate::kql::types::Type;
use crate::kql::value::Value;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::read::{GzDecoder, GzEncoder, ZlibDecoder, ZlibEncoder};
use std::io::Read;

/// This family.
pub static FUNCTIONS: &[&Function] = &[&GZIP, &GUNZIP, &ZLIB, &UNZLIB];

/// The longest text that is unpacked, as Kusto limits strings; a few bytes may stand for any number.
const UNPACKED_MAX: u64 = 1 << 20;

const PLAIN: &[Parameter] = &[once("string", STRING)];

row_function!(GZIP, "gzip_compress_to_base64_string", PLAIN, String, "Text packed by gzip, in base64.",
    "gzip-compress-to-base64-string", "gzip_decompress_from_base64_string(gzip_compress_to_base64_string('abc'))" => "abc",
    |_, arguments| packed(GzEncoder::new(text(arguments, 0).as_bytes(), Compression::default())));
row_function!(GUNZIP, "gzip_decompress_from_base64_string", PLAIN, String, "The text that gzip in base64 holds; nothing where it is none.",
    "gzip-decompress-from-base64-string", "gzip_decompress_from_base64_string('x')" => "",
    |_, arguments| unpacked(&text(arguments, 0), |bytes| Box::new(GzDecoder::new(bytes))));
row_function!(ZLIB, "zlib_compress_to_base64_string", PLAIN, String, "Text packed by zlib, in base64.",
    "zlib-compress-to-base64-string", "zlib_decompress_from_base64_string(zlib_compress_to_base64_string('abc'))" => "abc",
    |_, arguments| packed(ZlibEncoder::new(text(arguments, 0).as_bytes(), Compression::default())));
row_function!(UNZLIB, "zlib_decompress_from_base64_string", PLAIN, String, "The text that zlib in base64 holds; nothing where it is none.",
    "zlib-decompress-from-base64-string", "zlib_decompress_from_base64_string('eJxLTEoGAAJNASc=')" => "abc",
    |_, arguments| unpacked(&text(arguments, 0), |bytes| Box::new(ZlibDecoder::new(bytes))));

fn packed(mut reader: impl Read) -> Value {
    let mut bytes = Vec::new();
    Value::string(if reader.read_to_end(&mut bytes).is_ok() { STANDARD.encode(bytes) } else { String::new() })
}

/// What `reader` makes of the bytes that `coded` stands for.
fn unpacked(coded: &str, reader: for<'b> fn(&'b [u8]) -> Box<dyn Read + 'b>) -> Value {
    let Ok(bytes) = STANDARD.decode(coded) else { return Value::string("") };
    let mut plain = String::new();
    let read = reader(&bytes).take(UNPACKED_MAX + 1).read_to_string(&mut plain);
    let fits = read.is_ok_and(|read| read as u64 <= UNPACKED_MAX);
    Value::string(if fits { plain } else { String::new() })
}
