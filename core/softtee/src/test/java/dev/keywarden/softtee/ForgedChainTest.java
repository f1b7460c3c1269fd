package dev.keywarden.softtee;

import static dev.keywarden.softtee.SoftwarePki.AUTHORITY_KEY_IDENTIFIER;
import static dev.keywarden.softtee.SoftwarePki.BASIC_CONSTRAINTS;
import static dev.keywarden.softtee.SoftwarePki.CRL_DISTRIBUTION_POINTS;
import static dev.keywarden.softtee.SoftwarePki.KEY_USAGE;
import static dev.keywarden.softtee.SoftwarePki.SUBJECT_KEY_IDENTIFIER;
import static dev.keywarden.softtee.SoftwarePki.VALID_FROM;
import static dev.keywarden.softtee.SoftwarePki.VALID_UNTIL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keywarden.dcap.DcapCode;
import dev.keywarden.dcap.PckCa;
import dev.keywarden.dcap.PinnedRoot;
import dev.keywarden.dcap.Quote;
import dev.keywarden.dcap.QuoteLimits;
import dev.keywarden.dcap.QuoteVerifier;
import dev.keywarden.dcap.RootCertificate;
import dev.keywarden.dcap.VerificationCache;
import java.math.BigInteger;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TDX fact sheet, section 6.2, on forged chains under a pinned root; the numbers are its rows. */
class ForgedChainTest {
    private final Forgery forgery = new Forgery();
    private final SoftwarePki pki = forgery.pki;

    @Test
    void acceptsTheChainAsItIs() {
        assertThat(forgery.verify(forgery.quote().encode()).trustAnchor()).isEqualTo("custom");
        assertThat(forgery.verify(forgery.quoteWithLeaf(leaf -> {})).issuer()).contains(PckCa.PLATFORM);
        byte[] processor = forgery.quoteWithChain(
                pki.leaf(PckCa.PROCESSOR, "").encode(pki.authorityKey(PckCa.PROCESSOR)),
                pki.authority(PckCa.PROCESSOR).encode(pki.rootKey()),
                forgery.root());
        assertThat(forgery.verify(processor).issuer()).contains(PckCa.PROCESSOR);
    }

    @Test // 44, 45, 46, 47
    void refusesPemThatIsNotExactlyPem() {
        String pem = pem();
        assertThat(forgery.verify(forgery.quoteWithPem(pem + "\0"))).isNotNull();
        for (String damaged : List.of(
                pem + "\0\0",
                "subject=leaf\n" + pem,
                pem.replaceFirst("-----BEGIN", "----BEGIN"),
                pem.replaceFirst("BEGIN CERTIFICATE", "BEGIN TRUSTED CERTIFICATE"),
                pem.replaceFirst("BEGIN", "END"),
                pem.replaceFirst("=*\n-----END", "%\n-----END"))) {
            assertThat(forgery.refusal(forgery.quoteWithPem(damaged))).isEqualTo("CERT_CHAIN_MALFORMED quote");
        }
    }

    @Test // 48
    void refusesBytesAfterACertificate() {
        byte[] leaf = forgery.leaf();
        byte[] longer = Arrays.copyOf(leaf, leaf.length + 1);

        assertThat(forgery.refusal(forgery.quoteWithChain(longer, forgery.authority(), forgery.root())))
                .isEqualTo("CERT_CHAIN_MALFORMED pck-leaf");
    }

    @Test // 49, 50
    void refusesAnotherNumberAndAnotherOrder() {
        byte[] leaf = forgery.leaf();
        byte[] authority = forgery.authority();
        byte[] root = forgery.root();
        for (byte[] quote : List.of(
                forgery.quoteWithChain(leaf),
                forgery.quoteWithChain(leaf, root),
                forgery.quoteWithChain(leaf, authority, root, root))) {
            assertThat(forgery.refusal(quote)).isEqualTo("CERT_CHAIN_LENGTH_INVALID quote");
        }
        assertThat(forgery.refusal(forgery.quoteWithChain(root, authority, leaf)))
                .isEqualTo("ROOT_NOT_TRUSTED root");
    }

    @Test // 51, 52, 53
    void refusesOtherRootsOfTheSameName() {
        byte[] elsewhere =
                SoftwareTee.fromSeed(new byte[32]).quote(Forgery.tdReport(), "").encode();
        assertThat(forgery.refusal(elsewhere)).isEqualTo("ROOT_NOT_TRUSTED root");

        byte[] reissued = pki.root().serial(BigInteger.TEN).encode(pki.rootKey());
        byte[] quote = forgery.quoteWithChain(forgery.leaf(), forgery.authority(), reissued);
        assertThat(forgery.refusal(quote)).isEqualTo("ROOT_NOT_TRUSTED root");
        RootCertificate pin = RootCertificate.ofPem(Forgery.ascii(forgery.tee.rootCertificatePem()));
        QuoteVerifier byKey = new QuoteVerifier(PinnedRoot.custom(pin).matchedByKey(), new VerificationCache());
        assertThat(byKey.verifySignatures(Quote.parse(quote, QuoteLimits.DEFAULT), Forgery.NOW))
                .isNotNull();
        byte[] renamed = forgery.quoteWithChain(
                forgery.leaf(),
                forgery.authority(),
                pki.root().subject("Other").issuer("Other").encode(pki.rootKey()));
        assertThat(Forgery.refusal(
                        () -> byKey.verifySignatures(Quote.parse(renamed, QuoteLimits.DEFAULT), Forgery.NOW)))
                .isEqualTo("ROOT_NOT_TRUSTED root");

        QuoteVerifier production = new QuoteVerifier(PinnedRoot.intel(), new VerificationCache());
        Quote forged = Quote.parse(forgery.quote().encode(), QuoteLimits.DEFAULT);
        assertThat(Forgery.refusal(() -> production.verifySignatures(forged, Forgery.NOW)))
                .isEqualTo("ROOT_NOT_TRUSTED root");
        QuoteVerifier productionByKey = new QuoteVerifier(PinnedRoot.intel().matchedByKey(), new VerificationCache());
        assertThat(Forgery.refusal(() -> productionByKey.verifySignatures(forged, Forgery.NOW)))
                .isEqualTo("ROOT_NOT_TRUSTED root");
    }

    @Test
    void refusesAReissuedRootThatTheKeyDidNotSign() {
        RootCertificate pin = RootCertificate.ofPem(Forgery.ascii(forgery.tee.rootCertificatePem()));
        QuoteVerifier byKey = new QuoteVerifier(PinnedRoot.custom(pin).matchedByKey(), new VerificationCache());
        byte[] forged = pki.root().serial(BigInteger.TEN).encode(pki.platformKey(""));
        byte[] quote = forgery.quoteWithChain(forgery.leaf(), forgery.authority(), forged);

        assertThat(Forgery.refusal(() -> byKey.verifySignatures(Quote.parse(quote, QuoteLimits.DEFAULT), Forgery.NOW)))
                .isEqualTo("CERT_SIGNATURE_INVALID root");
    }

    @Test // 54, 55
    void refusesABitFlippedInASignature() {
        byte[] authority = forgery.authority();
        byte[] leaf = forgery.leaf();
        assertThat(forgery.refusal(
                        forgery.quoteWithChain(leaf, Forgery.flipped(authority, authority.length - 1), forgery.root())))
                .isEqualTo("CERT_SIGNATURE_INVALID pck-ca");
        assertThat(forgery.refusal(
                        forgery.quoteWithChain(Forgery.flipped(leaf, leaf.length - 1), authority, forgery.root())))
                .isEqualTo("CERT_SIGNATURE_INVALID pck-leaf");
    }

    @Test // 56, 57
    void refusesALeafOfAnotherIssuer() {
        assertThat(forgery.refusal(forgery.quoteWithLeaf(leaf -> leaf.issuer("Intel SGX PCK Processor CA"))))
                .isEqualTo("CERT_SIGNATURE_INVALID pck-leaf");
        assertThat(forgery.refusal(forgery.quoteWithLeaf(leaf -> leaf.issuer(SoftwarePki.ROOT_NAME), pki.rootKey())))
                .isEqualTo("CERT_SIGNATURE_INVALID pck-leaf");
        assertThat(forgery.refusal(forgery.quoteWithLeaf(leaf -> {}, pki.rootKey())))
                .isEqualTo("CERT_SIGNATURE_INVALID pck-leaf");
    }

    @Test // 58, 59
    void refusesAnAuthorityThatIsNone() {
        byte[] notCa = HexFormat.of().parseHex("3000");
        byte[] pathLengthOne = HexFormat.of().parseHex("30060101ff020101");
        byte[] noPathLength = HexFormat.of().parseHex("30030101ff");
        byte[] crlOnly = HexFormat.of().parseHex("03020102");
        for (byte[] constraints : List.of(notCa, pathLengthOne, noPathLength)) {
            assertThat(forgery.refusal(forgery.quoteWithAuthority(
                            ca -> ca.replaceExtension(BASIC_CONSTRAINTS, true, constraints))))
                    .isEqualTo("CERT_PROFILE_INVALID pck-ca");
        }
        assertThat(forgery.refusal(forgery.quoteWithAuthority(ca -> ca.replaceExtension(KEY_USAGE, true, crlOnly))))
                .isEqualTo("CERT_PROFILE_INVALID pck-ca");
    }

    @Test // 60
    void refusesALeafThatIsAnAuthority() {
        byte[] authority = HexFormat.of().parseHex("30030101ff");
        byte[] writtenDefault = HexFormat.of().parseHex("3003010100");
        for (byte[] constraints : List.of(authority, writtenDefault)) {
            assertThat(forgery.refusal(
                            forgery.quoteWithLeaf(leaf -> leaf.replaceExtension(BASIC_CONSTRAINTS, true, constraints))))
                    .isEqualTo("CERT_PROFILE_INVALID pck-leaf");
        }
    }

    @ParameterizedTest // 61
    @ValueSource(
            strings = {
                AUTHORITY_KEY_IDENTIFIER,
                SUBJECT_KEY_IDENTIFIER,
                KEY_USAGE,
                BASIC_CONSTRAINTS,
                CRL_DISTRIBUTION_POINTS
            })
    void refusesACertificateWithoutOneOfItsExtensions(String oid) {
        assertThat(forgery.refusal(forgery.quoteWithLeaf(leaf -> leaf.withoutExtension(oid))))
                .isEqualTo("CERT_PROFILE_INVALID pck-leaf");
        assertThat(forgery.refusal(forgery.quoteWithAuthority(ca -> ca.withoutExtension(oid))))
                .startsWith("CERT_PROFILE_INVALID");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                AUTHORITY_KEY_IDENTIFIER,
                SUBJECT_KEY_IDENTIFIER,
                KEY_USAGE,
                BASIC_CONSTRAINTS,
                CRL_DISTRIBUTION_POINTS,
                SgxExtensionForge.OID
            })
    void refusesAnExtensionTwice(String oid) {
        assertThat(forgery.refusal(forgery.quoteWithLeaf(
                        leaf -> leaf.extension(oid, false, HexFormat.of().parseHex("3000")))))
                .isEqualTo("CERT_PROFILE_INVALID pck-leaf");
    }

    @Test // 62
    void refusesAnUnknownCriticalExtensionButNotAnUnknownOne() {
        byte[] value = HexFormat.of().parseHex("0500");
        assertThat(forgery.refusal(forgery.quoteWithLeaf(leaf -> leaf.extension("1.2.3.4", true, value))))
                .isEqualTo("CERT_PROFILE_INVALID pck-leaf");
        assertThat(forgery.verify(forgery.quoteWithLeaf(leaf -> leaf.extension("1.2.3.4", false, value))))
                .isNotNull();
    }

    @Test // 63, 65
    void refusesAnotherSignatureAlgorithm() {
        String sha384 = CertificateForge.ECDSA_WITH_SHA384;
        assertThat(forgery.refusal(forgery.quoteWithLeaf(
                        leaf -> leaf.innerAlgorithm(sha384).outerAlgorithm(sha384))))
                .isEqualTo("CERT_PROFILE_INVALID pck-leaf");
        assertThat(forgery.refusal(forgery.quoteWithLeaf(leaf -> leaf.innerAlgorithm(sha384))))
                .isEqualTo("CERT_PROFILE_INVALID pck-leaf");
        assertThat(forgery.refusal(forgery.quoteWithLeaf(leaf -> leaf.outerAlgorithm(sha384))))
                .isEqualTo("CERT_PROFILE_INVALID pck-leaf");
    }

    @Test // 64
    void refusesAnotherKindOfKey() throws Exception {
        KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
        rsa.initialize(2048);
        KeyPairGenerator p384 = KeyPairGenerator.getInstance("EC");
        p384.initialize(new ECGenParameterSpec("secp384r1"));
        for (KeyPairGenerator generator : List.of(rsa, p384)) {
            byte[] info = generator.generateKeyPair().getPublic().getEncoded();
            assertThat(forgery.refusal(forgery.quoteWithLeaf(leaf -> leaf.publicKeyInfo(info))))
                    .isEqualTo("CERT_PROFILE_INVALID pck-leaf");
        }
    }

    @Test // 66
    void refusesACurveByItsParametersAndAKeyThatIsNoPoint() {
        byte[] point = pki.platformKey("").point();
        byte[] explicit = ExplicitCurve.withGenerator(point);
        byte[] offCurve = pki.platformKey("").publicKeyInfo();
        offCurve[offCurve.length - 1] ^= 1;
        for (byte[] info : List.of(explicit, offCurve)) {
            assertThat(forgery.refusal(forgery.quoteWithLeaf(leaf -> leaf.publicKeyInfo(info))))
                    .isEqualTo("CERT_PROFILE_INVALID pck-leaf");
        }
    }

    @Test // 67, 68, 69
    void refusesCertificatesOfAnotherRole() {
        assertThat(forgery.refusal(forgery.quoteWithLeaf(leaf -> leaf.subject("Intel SGX TCB Signing"))))
                .isEqualTo("CERT_ROLE_MISMATCH pck-leaf");
        assertThat(forgery.refusal(forgery.quoteWithLeaf(leaf -> leaf.subject("Intel SGX PCK Certificate "))))
                .isEqualTo("CERT_ROLE_MISMATCH pck-leaf");
        byte[] other = forgery.quoteWithChain(
                pki.leaf(PckCa.PLATFORM, "").issuer("Intel SGX PCK Foo CA").encode(pki.authorityKey(PckCa.PLATFORM)),
                pki.authority(PckCa.PLATFORM).subject("Intel SGX PCK Foo CA").encode(pki.rootKey()),
                forgery.root());
        assertThat(forgery.refusal(other)).isEqualTo("CERT_ROLE_MISMATCH pck-ca");
    }

    @Test // 70, 71, 72
    void holdsEachCertificateToItsWindow() {
        assertThat(forgery.refusal(
                        forgery.quoteWithLeaf(leaf -> leaf.validity(Forgery.NOW.plusSeconds(1), VALID_UNTIL))))
                .isEqualTo("CERT_NOT_YET_VALID pck-leaf");
        assertThat(forgery.refusal(
                        forgery.quoteWithLeaf(leaf -> leaf.validity(VALID_FROM, Forgery.NOW.minusSeconds(1)))))
                .isEqualTo("CERT_EXPIRED pck-leaf");
        assertThat(forgery.refusal(
                        forgery.quoteWithAuthority(ca -> ca.validity(Forgery.NOW.plusSeconds(1), VALID_UNTIL))))
                .isEqualTo("CERT_NOT_YET_VALID pck-ca");
        assertThat(forgery.refusal(
                        forgery.quoteWithAuthority(ca -> ca.validity(VALID_FROM, Forgery.NOW.minusSeconds(1)))))
                .isEqualTo("CERT_EXPIRED pck-ca");
        assertThat(forgery.verify(forgery.quoteWithLeaf(leaf -> leaf.validity(Forgery.NOW, Forgery.NOW)))
                        .validUntil())
                .isEqualTo(Forgery.NOW);
    }

    @Test
    void refusesOddVersionsAndSerials() {
        assertThat(forgery.refusal(forgery.quoteWithLeaf(leaf -> leaf.version(2))))
                .isEqualTo("CERT_PROFILE_INVALID pck-leaf");
        assertThat(forgery.refusal(forgery.quoteWithLeaf(leaf -> leaf.serial(BigInteger.ONE.shiftLeft(160)))))
                .isEqualTo("CERT_PROFILE_INVALID pck-leaf");
        assertThat(forgery.refusal(forgery.quoteWithLeaf(leaf -> leaf.serial(BigInteger.ZERO))))
                .isEqualTo("CERT_CHAIN_MALFORMED pck-leaf");
        assertThat(forgery.refusal(forgery.quoteWithLeaf(leaf -> leaf.serial(BigInteger.ONE.negate()))))
                .isEqualTo("CERT_CHAIN_MALFORMED pck-leaf");
        assertThat(forgery.verify(forgery.quoteWithLeaf(
                        leaf -> leaf.serial(BigInteger.ONE.shiftLeft(160).subtract(BigInteger.ONE)))))
                .isNotNull();
    }

    @Test
    void refusesEveryByteFlippedInTheChainWithoutEverAnsweringOtherwiseThanWithACode() {
        byte[][] chain = {forgery.leaf(), forgery.authority(), forgery.root()};
        for (int place = 0; place < chain.length; place++) {
            for (int index = 0; index < chain[place].length; index++) {
                byte[][] changed = chain.clone();
                changed[place] = Forgery.flipped(chain[place], index);
                String refusal = forgery.refusal(forgery.quoteWithChain(changed));
                assertThat(DcapCode.valueOf(refusal.substring(0, refusal.indexOf(" ")))
                                .category())
                        .isEqualTo(DcapCode.Category.CERTIFICATE);
            }
        }
    }

    private String pem() {
        return CertificateForge.pem(forgery.leaf())
                + CertificateForge.pem(forgery.authority())
                + CertificateForge.pem(forgery.root());
    }
}
