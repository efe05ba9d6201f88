// SPDX-License-Identifier: GPL-3.0-or-later
// node verify-package.mjs (PACKAGE.asice | SIGNED.xml)…
// Foreign XML signature programs must accept what Qingdan signed, and refuse it once a byte is changed. Prints TAP.
import { createHash, webcrypto, X509Certificate, verify as verifyRaw } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import * as xmldom from "@xmldom/xmldom";
import * as xadesjs from "xadesjs";
import * as xmldsigjs from "xmldsigjs";
import xmlCrypto from "xml-crypto";
import xpath from "xpath";
import yauzl from "yauzl";

const DS = "http://www.w3.org/2000/09/xmldsig#";
const XADES = "http://uri.etsi.org/01903/v1.3.2#";

xadesjs.setNodeDependencies({ ...xmldom, xpath });
xadesjs.Application.setEngine("node", webcrypto);
xmldsigjs.Application.setEngine("node", webcrypto);

let points = 0;
let failures = 0;

function point(good, text, detail) {
  points += 1;
  if (!good) failures += 1;
  console.log(`${good ? "ok" : "not ok"} ${points} - ${text}`);
  if (!good && detail) console.log(String(detail).replace(/^/gm, "# "));
}

function readZip(path) {
  return new Promise((resolve, reject) => {
    const files = new Map();
    yauzl.open(path, { lazyEntries: true, strictFileNames: true }, (error, zip) => {
      if (error) return reject(error);
      zip.on("error", reject);
      zip.on("end", () => resolve(files));
      zip.on("entry", (entry) => {
        zip.openReadStream(entry, (streamError, stream) => {
          if (streamError) return reject(streamError);
          const parts = [];
          stream.on("data", (part) => parts.push(part));
          stream.on("error", reject);
          stream.on("end", () => {
            files.set(entry.fileName, Buffer.concat(parts));
            zip.readEntry();
          });
        });
      });
      zip.readEntry();
    });
  });
}

function fileOf(files, uri) {
  const content = files.get(decodeURIComponent(uri));
  if (!content) throw new Error(`${uri} is signed, but not in the package`);
  return content;
}

function signatureOf(text) {
  const doc = new xmldom.DOMParser().parseFromString(text, "application/xml");
  return doc.getElementsByTagNameNS(DS, "Signature")[0];
}

/** xadesjs and xmldsigjs share their interface; the former also reads the XAdES properties. */
async function verifyWithPeculiar(module, text, files) {
  const doc = module.Parse(text);
  const signed = new module.SignedXml(doc);
  signed.contentHandler = async (reference) =>
    reference.Uri && !reference.Uri.startsWith("#") ? fileOf(files, reference.Uri) : null;
  signed.LoadXml(doc.getElementsByTagNameNS(DS, "Signature")[0]);
  return signed.Verify();
}

class EcdsaSha256 {
  getAlgorithmName() {
    return "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256";
  }
  verifySignature(material, key, value) {
    return verifyRaw("sha256", Buffer.from(material), { key, dsaEncoding: "ieee-p1363" }, Buffer.from(value, "base64"));
  }
}

/** xml-crypto knows neither files beside the signature nor ECDSA; canonicalisation, digests and RSA are its own. */
class SignedPackage extends xmlCrypto.SignedXml {
  constructor(files, certificate) {
    super({ publicCert: certificate.publicKey.export({ type: "spki", format: "pem" }), getCertFromKeyInfo: () => null });
    this.files = files;
    this.SignatureAlgorithms["http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"] = EcdsaSha256;
  }
  validateReference(reference, doc) {
    if (!reference.uri || reference.uri.startsWith("#")) return super.validateReference(reference, doc);
    const digest = createHash("sha256").update(fileOf(this.files, reference.uri)).digest("base64");
    return digest === reference.digestValue ? "" : undefined;
  }
}

async function verifyWithXmlCrypto(text, files) {
  const signature = signatureOf(text);
  const der = Buffer.from(signature.getElementsByTagNameNS(DS, "X509Certificate")[0].textContent, "base64");
  const signed = new SignedPackage(files, new X509Certificate(der));
  signed.loadSignature(signature.toString());
  return signed.checkSignature(text);
}

const verifiers = [
  ["xmldsigjs", (text, files) => verifyWithPeculiar(xmldsigjs, text, files)],
  ["xadesjs", (text, files) => verifyWithPeculiar(xadesjs, text, files)],
  ["xml-crypto", verifyWithXmlCrypto],
];

async function judge(verify, text, files) {
  try {
    return [(await verify(text, files)) === true, "it says no"];
  } catch (error) {
    return [false, error.message];
  }
}

/** What xadesjs reads of the properties must be what the certificate says. */
async function checkProperties(text) {
  const doc = xadesjs.Parse(text);
  const signed = new xadesjs.SignedXml(doc);
  signed.LoadXml(doc.getElementsByTagNameNS(DS, "Signature")[0]);
  const properties = signed.SignedProperties.SignedSignatureProperties;
  const der = Buffer.from(signatureOf(text).getElementsByTagNameNS(DS, "X509Certificate")[0].textContent, "base64");
  const stated = Buffer.from(properties.SigningCertificateV2.Item(0).CertDigest.DigestValue).toString("base64");
  const age = Date.now() - properties.SigningTime.Value.getTime();
  return stated === createHash("sha256").update(der).digest("base64") && Number.isFinite(age);
}

/** Changes that every verifier must notice: [what, text, files]. */
function* damage(text, files) {
  const time = /(<xades:SigningTime>)[^<]*/;
  if (!time.test(text)) throw new Error("no SigningTime");
  yield ["signing time changed", text.replace(time, "$12001-01-01T00:00:00Z"), files];
  const value = /(<ds:SignatureValue [^>]*>)(.)/;
  yield ["signature value changed", text.replace(value, (all, tag, first) => tag + (first === "A" ? "B" : "A")), files];
  for (const name of files.keys()) {
    if (name === "mimetype" || name.startsWith("META-INF/")) continue;
    const changed = Buffer.concat([files.get(name), Buffer.from("x")]);
    yield [`${name} changed`, text, new Map(files).set(name, changed)];
  }
}

async function checkPackage(path) {
  const files = await readZip(path);
  const text = files.get("META-INF/signatures0.xml").toString("utf8");
  await checkAll(basename(path), text, files, damage(text, files));
}

async function checkDocument(path) {
  const text = await readFile(path, "utf8");
  const none = new Map();
  const changes = [...damage(text, none)];
  const start = text.indexOf("<ds:Signature");
  changes.push(["document changed", `${text.slice(0, start)}<x/>${text.slice(start)}`, none]);
  await checkAll(basename(path), text, none, changes);
}

async function checkAll(name, text, files, changes) {
  for (const [verifier, verify] of verifiers) {
    const [good, reason] = await judge(verify, text, files);
    point(good, `${verifier} accepts ${name}`, reason);
  }
  point(await checkProperties(text), `xadesjs reads the properties of ${name}`);
  const formats = signatureOf(text).getElementsByTagNameNS(XADES, "DataObjectFormat").length;
  point(formats > 0, `${name} states the kind of its files`);
  for (const [what, changedText, changedFiles] of changes)
    for (const [verifier, verify] of verifiers) {
      const [good] = await judge(verify, changedText, changedFiles);
      point(!good, `${verifier} refuses ${name}: ${what}`);
    }
}

const paths = process.argv.slice(2);
if (paths.length === 0) {
  console.error("usage: node verify-package.mjs (PACKAGE.asice | SIGNED.xml)…");
  process.exit(2);
}
for (const path of paths) {
  try {
    await (path.endsWith(".xml") ? checkDocument(path) : checkPackage(path));
  } catch (error) {
    point(false, `${basename(path)} can be read`, error.stack);
  }
}
console.log(`1..${points}`);
process.exit(failures === 0 ? 0 : 1);
