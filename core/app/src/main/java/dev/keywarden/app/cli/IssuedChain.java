package dev.keywarden.app.cli;

import dev.keywarden.keys.CertificateAuthority;
import dev.keywarden.keys.KeyException;
import dev.keywarden.rpc.proto.SignCertResponse;
import dev.keywarden.spi.Bytes;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The chain that a node signed for a guest, checked to be what the guest asked for.
 *
 * @param pems the certificate, the CA of the application, the root
 */
record IssuedChain(List<String> pems) {
    private static final int LENGTH = 3;

    IssuedChain {
        pems = List.copyOf(pems);
    }

    /**
     * Checks a node's answer.
     *
     * @param key the public key that was to be certified
     * @param trusted the node's root certificate as it gives it to everyone, PEM
     */
    static IssuedChain of(SignCertResponse response, Bytes key, String trusted) {
        List<String> pems = response.getCertificateChainList();
        if (pems.size() != LENGTH) {
            throw new CommandFailure("the node answered with " + pems.size() + " certificates instead of " + LENGTH);
        }
        try {
            X509Certificate leaf = CertificateAuthority.parse(pems.get(0));
            X509Certificate ca = CertificateAuthority.parse(pems.get(1));
            X509Certificate root = CertificateAuthority.parse(pems.get(2));
            if (!Bytes.of(leaf.getPublicKey().getEncoded()).equals(key)) {
                throw new CommandFailure("the node certified another key than the one it was asked for");
            }
            if (!root.getPublicKey().equals(CertificateAuthority.parse(trusted).getPublicKey())) {
                throw new CommandFailure("the chain does not end at the root that the node gives to everyone");
            }
            leaf.verify(ca.getPublicKey());
            ca.verify(root.getPublicKey());
            return new IssuedChain(pems);
        } catch (KeyException | GeneralSecurityException e) {
            throw new CommandFailure("the node's certificates do not make a chain: " + e.getMessage(), e);
        }
    }

    /** A row for each certificate: what it is, its subject, the last moment it is valid. */
    List<List<String>> rows() {
        List<String> roles = List.of("certificate", "app CA", "root CA");
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < LENGTH; i++) {
            X509Certificate certificate = CertificateAuthority.parse(pems.get(i));
            rows.add(List.of(
                    roles.get(i),
                    certificate.getSubjectX500Principal().getName(),
                    certificate.getNotAfter().toInstant().toString()));
        }
        return rows;
    }

    /** The same for machines. */
    Map<String, Object> facts() {
        X509Certificate leaf = CertificateAuthority.parse(pems.get(0));
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("subject", leaf.getSubjectX500Principal().getName());
        facts.put("serial", leaf.getSerialNumber().toString(16));
        facts.put("not_after", leaf.getNotAfter().toInstant().toString());
        facts.put("certificate_chain", pems);
        return facts;
    }
}
