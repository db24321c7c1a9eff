// What the desk uses of the HPKE libraries, as one module. Built by build.js.
export { CipherSuite, HkdfSha256 } from "@hpke/core";
export { XWing } from "@hpke/hybridkem-x-wing";
export { Chacha20Poly1305 } from "@hpke/chacha20poly1305";
