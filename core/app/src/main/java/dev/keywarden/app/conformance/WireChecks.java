package dev.keywarden.app.conformance;

import com.google.protobuf.ByteString;
import dev.keywarden.keys.CertificateAuthority;
import dev.keywarden.keys.KeyException;
import dev.keywarden.keys.P256Key;
import dev.keywarden.rpc.WireProbe;
import dev.keywarden.rpc.proto.GetMetaResponse;
import dev.keywarden.rpc.proto.GetTempCaCertResponse;
import dev.keywarden.rpc.proto.PublicKeyResponse;
import dev.keywarden.spi.Bytes;
import java.util.List;
import java.util.stream.Stream;

/** What any node that serves should do (wire protocol, sections 1 and 2). */
public final class WireChecks {
    private static final String APP = "1111111111111111111111111111111111111111";
    private static final String APP_IN_PROTOBUF = "0a14" + APP;
    private static final int LARGEST_BODY = 10 * 1024 * 1024;

    private WireChecks() {}

    /** All of them, in the order of the protocol's document. */
    public static List<Check> all() {
        return Stream.of(transport(), codecs(), errors(), meaning())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Check> transport() {
        return List.of(
                new Check("transport", "a method is reached without a prefix", "1.1", probe -> meta(probe, "GetMeta")),
                new Check(
                        "transport", "a method is reached with its prefix", "1.1", probe -> meta(probe, "KMS.GetMeta")),
                new Check(
                        "transport",
                        "the prefix is stripped as often as it is there",
                        "1.1",
                        probe -> meta(probe, "KMS.KMS.GetMeta")),
                new Check(
                        "transport",
                        "a method is reached by GET, in JSON",
                        "1.1",
                        probe -> Call.answered(Call.get(probe, "/prpc/GetMeta"), GetMetaResponse.getDefaultInstance())),
                new Check(
                        "transport",
                        "another path is not found",
                        "1.1",
                        probe -> Check.require(
                                "status", 404, Call.get(probe, "/nothing-here").status())),
                new Check("transport", "every answer names the version", "1.8", probe -> {
                    String version = Call.get(probe, "/nothing-here").header("x-app-version");
                    Check.requireThat("X-App-Version", version.startsWith("v"), version);
                }),
                new Check(
                        "transport",
                        "a body over 10 MiB is refused",
                        "1.3",
                        probe -> Call.refused(
                                Call.json(probe, "GetAppEnvEncryptPubKey", " ".repeat(LARGEST_BODY + 1)),
                                "failed to read data: payload too large")));
    }

    private static List<Check> codecs() {
        return List.of(
                new Check(
                        "codecs",
                        "a content type of JSON asks for JSON, parameters and all",
                        "1.2",
                        probe -> Call.answered(
                                Call.typed(probe, "GetMeta", "application/json; charset=utf-8", "{}"),
                                GetMetaResponse.getDefaultInstance())),
                new Check(
                        "codecs",
                        "without either, protobuf is spoken",
                        "1.2",
                        probe -> Call.answeredInProtobuf(
                                Call.protobuf(probe, "GetMeta", ""), GetMetaResponse.getDefaultInstance())),
                new Check(
                        "codecs",
                        "both codecs give the same key",
                        "1.7",
                        probe -> Check.require(
                                "public key",
                                envKey(probe).getPublicKey(),
                                Call.answeredInProtobuf(
                                                Call.protobuf(probe, "GetAppEnvEncryptPubKey", APP_IN_PROTOBUF),
                                                PublicKeyResponse.getDefaultInstance())
                                        .getPublicKey())),
                new Check(
                        "codecs",
                        "hex is read with 0x and in capitals, unknown fields are ignored",
                        "1.7",
                        probe -> Call.answered(
                                Call.json(
                                        probe,
                                        "GetAppEnvEncryptPubKey",
                                        "{\"app_id\":\"0xAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\",\"more\":[1]}"),
                                PublicKeyResponse.getDefaultInstance())),
                new Check(
                        "codecs",
                        "a query string is read as a message",
                        "1.6",
                        probe -> Check.require(
                                "public key",
                                envKey(probe).getPublicKey(),
                                Call.answered(
                                                Call.get(probe, "/prpc/GetAppEnvEncryptPubKey?app_id=" + APP + "&json"),
                                                PublicKeyResponse.getDefaultInstance())
                                        .getPublicKey())),
                new Check(
                        "codecs",
                        "a method without a request ignores its body",
                        "1.5",
                        probe -> Call.answered(
                                Call.json(probe, "GetMeta", "null"), GetMetaResponse.getDefaultInstance())));
    }

    private static List<Check> errors() {
        return List.of(
                new Check(
                        "errors",
                        "an unknown method is named",
                        "1.4",
                        probe -> Call.refused(Call.json(probe, "KMS.Foo", "{}"), "Service not found: Foo")),
                new Check(
                        "errors",
                        "a method of another service is unknown",
                        "1.1",
                        probe -> Call.refused(
                                Call.json(probe, "Onboard.Bootstrap", "{}"), "Service not found: Onboard.Bootstrap")),
                new Check("errors", "an error in protobuf is one message", "1.4", probe -> {
                    WireProbe.Reply reply = Call.protobuf(probe, "KMS.Foo", "");
                    Check.require("status", 400, reply.status());
                    Check.require("body", 0x0a, (int) reply.body()[0]);
                }),
                new Check(
                        "errors",
                        "JSON that ends early is refused",
                        "1.7",
                        probe -> Call.refused(Call.json(probe, "GetAppEnvEncryptPubKey", "{\"app_id\":"), "")),
                new Check(
                        "errors",
                        "a number where hex belongs is refused",
                        "1.7",
                        probe -> Call.refused(Call.json(probe, "GetAppEnvEncryptPubKey", "{\"app_id\":7}"), "")),
                new Check(
                        "errors",
                        "an odd number of hex digits is refused",
                        "1.7",
                        probe -> Call.refused(Call.json(probe, "GetAppEnvEncryptPubKey", "{\"app_id\":\"0\"}"), "")),
                new Check(
                        "errors",
                        "a field given twice is refused",
                        "1.7",
                        probe -> Call.refused(
                                Call.json(
                                        probe,
                                        "GetAppEnvEncryptPubKey",
                                        "{\"app_id\":\"" + APP + "\",\"app_id\":\"" + APP + "\"}"),
                                "")),
                new Check(
                        "errors",
                        "protobuf that ends early is refused",
                        "1.4",
                        probe -> Check.require(
                                "status",
                                400,
                                Call.protobuf(probe, "GetAppEnvEncryptPubKey", "0aff")
                                        .status())));
    }

    private static List<Check> meaning() {
        return List.of(
                new Check("meaning", "GetMeta shows a P-256 CA and a k256 key", "2.3", WireChecks::metaHasKeys),
                new Check(
                        "meaning", "GetTempCaCert gives a CA with its key, and the root CA", "2.3", WireChecks::tempCa),
                new Check(
                        "meaning",
                        "an environment key is 32 bytes with two signatures of 65",
                        "8.7",
                        WireChecks::envKeyIsSigned),
                new Check(
                        "meaning",
                        "an app id that is not 20 bytes is refused",
                        "2.3",
                        probe -> Call.refused(
                                Call.json(probe, "GetAppEnvEncryptPubKey", "{\"app_id\":\"1111\"}"),
                                "app_id must be 20 bytes")),
                new Check(
                        "meaning",
                        "app keys go to nobody without evidence",
                        "2.3",
                        probe -> Call.refused(
                                Call.json(probe, "GetAppKey", "{\"api_version\":1,\"vm_config\":\"\"}"),
                                "App not allowed: No attestation provided")),
                new Check(
                        "meaning",
                        "an unknown version of GetAppKey is refused",
                        "2.3",
                        probe -> Call.refused(
                                Call.json(probe, "GetAppKey", "{\"api_version\":2}"), "Unsupported API version: 2")),
                new Check(
                        "meaning",
                        "root keys go to nobody without evidence",
                        "2.3",
                        probe -> Check.require(
                                "status",
                                400,
                                Call.json(probe, "GetKmsKey", "{\"vm_config\":\"\"}")
                                        .status())),
                new Check(
                        "meaning",
                        "an unknown version of SignCert is refused",
                        "2.3",
                        probe -> Call.refused(
                                Call.json(probe, "SignCert", "{\"api_version\":3}"), "Unsupported API version: 3")));
    }

    private static GetMetaResponse meta(WireProbe probe, String method) {
        return Call.answered(Call.json(probe, method, "{}"), GetMetaResponse.getDefaultInstance());
    }

    private static PublicKeyResponse envKey(WireProbe probe) {
        return Call.answered(
                Call.json(probe, "GetAppEnvEncryptPubKey", "{\"app_id\":\"" + APP + "\"}"),
                PublicKeyResponse.getDefaultInstance());
    }

    private static void metaHasKeys(WireProbe probe) {
        GetMetaResponse meta = meta(probe, "GetMeta");
        Check.require("length of k256_pubkey", 33, meta.getK256Pubkey().size());
        Check.require("algorithm of ca_cert", "EC", certifiedAlgorithm(meta.getCaCert()));
    }

    private static String certifiedAlgorithm(String pem) {
        try {
            return CertificateAuthority.parse(pem).getPublicKey().getAlgorithm();
        } catch (KeyException e) {
            throw new Check.Difference("a certificate does not parse: " + e.getMessage());
        }
    }

    private static void tempCa(WireProbe probe) {
        GetTempCaCertResponse temp =
                Call.answered(Call.json(probe, "GetTempCaCert", "null"), GetTempCaCertResponse.getDefaultInstance());
        try (P256Key key = P256Key.fromPem(temp.getTempCaKey())) {
            Bytes certified = Bytes.of(CertificateAuthority.parse(temp.getTempCaCert())
                    .getPublicKey()
                    .getEncoded());
            Check.require("key of temp_ca_cert", key.spki(), certified);
        } catch (KeyException e) {
            throw new Check.Difference("the temporary CA can't be read: " + e.getMessage());
        }
        Check.require(
                "key of ca_cert", certifiedKey(meta(probe, "GetMeta").getCaCert()), certifiedKey(temp.getCaCert()));
    }

    private static Bytes certifiedKey(String pem) {
        try {
            return Bytes.of(CertificateAuthority.parse(pem).getPublicKey().getEncoded());
        } catch (KeyException e) {
            throw new Check.Difference("a certificate does not parse: " + e.getMessage());
        }
    }

    private static void envKeyIsSigned(WireProbe probe) {
        PublicKeyResponse key = envKey(probe);
        Check.require("length of public_key", 32, key.getPublicKey().size());
        for (ByteString signature : List.of(key.getSignature(), key.getSignatureV1())) {
            Check.require("length of a signature", 65, signature.size());
            int recoveryId = signature.byteAt(64);
            Check.requireThat("recovery id", recoveryId == 0 || recoveryId == 1, recoveryId);
        }
        Check.requireThat("timestamp", key.getTimestamp() > 0, key.getTimestamp());
    }
}
