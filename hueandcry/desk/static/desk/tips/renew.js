// A new key pair for a tip that somebody who has left could open: made here, all messages sealed to it anew, and the
// old pair is worth nothing from then on. Wraps go only to keys in force by the verified log.

import { fromBase64, toBase64 } from "../bytes.js";
import { newPair, resealLetter, tipsterProof, wrapFor } from "./crypto.js";
import { trustedLog } from "./keylog.js";

// sealed: the tip as the server handed it out; seed: its seed; post: page.js; rekey, keylog: addresses.
// Returns { sealed, seed } to go on with; the same ones if nothing was asked.
export async function renewIfAsked({ sealed, seed, post, rekey, keylog }) {
  if (!sealed.renew) return { sealed, seed };
  const tipster = fromBase64(sealed.tipster_public);
  const proof = toBase64(await tipsterProof(seed, tipster, sealed.id));
  if (proof !== sealed.tipster_proof) return { sealed, seed }; // not the tipster's own key: nothing is closed for it
  const { keys, recovery } = await trustedLog(keylog);
  const pair = await newPair();
  const messages = {};
  for (const message of sealed.messages) {
    messages[message.position] = await resealLetter(seed, pair.publicKey, message, sealed.id);
  }
  const holders = sealed.holders.filter((name) => keys.has(name));
  const wraps = await Promise.all(holders.map((name) => wrapFor(pair.seed, toBase64(keys.get(name).publicKey), sealed.id)));
  const closed = async (publicKey) => (await wrapFor(pair.seed, publicKey, sealed.id))[1];
  await post(rekey, {
    generation: sealed.generation,
    public_key: toBase64(pair.publicKey),
    messages,
    wraps: Object.fromEntries(wraps),
    recovery: await closed(toBase64(recovery)),
    tipster: await closed(sealed.tipster_public),
    proof: toBase64(await tipsterProof(pair.seed, tipster, sealed.id)),
  });
  seed.fill(0);
  const anew = sealed.messages.map((message) => ({ ...message, sealed: messages[message.position] }));
  const changed = { public_key: toBase64(pair.publicKey), generation: sealed.generation + 1, renew: false, messages: anew };
  return { sealed: { ...sealed, ...changed }, seed: pair.seed };
}

