package dev.keywarden.keys;

import dev.keywarden.spi.Bytes;
import java.util.HexFormat;

/** The inputs of the wire protocol's vectors, sections 15.1 and 15.2. */
final class PublishedKeys {
    static final String ROOT_SCALAR = "f57527cea4ab7ffb49af99b158cdc0e3ec06398f528349ea236b7d2afe19cec1";
    static final String ROOT_POINT = "0491f50522407ce29dce3ed7d31a15d80c1c42f13a23552d2b33a0ce09ee11e47b"
            + "ce95936f3e7f80d195f879e28e1b144ef37ac9ab8e36a690cbf930b775897b27";
    static final String ROOT_PKCS8 = "308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b0201010420"
            + ROOT_SCALAR + "a144034200" + ROOT_POINT;
    static final Bytes APP = Bytes.fromHex("11".repeat(20));
    static final Bytes INSTANCE = Bytes.fromHex("22".repeat(20));

    private static final HexFormat HEX = HexFormat.of();

    private PublishedKeys() {}

    /** The published roots; the temporary CA's key, which nothing is derived from, is another one. */
    static RootKeys roots() {
        return new RootKeys(p256(ROOT_SCALAR), k256("33".repeat(32)), p256("44".repeat(32)));
    }

    static P256Key p256(String scalar) {
        return P256Key.fromScalar(secret(scalar));
    }

    static K256Key k256(String scalar) {
        return K256Key.fromScalar(secret(scalar));
    }

    static KeyMaterial secret(String hex) {
        return KeyMaterial.owning(HEX.parseHex(hex));
    }

    static String hex(KeyMaterial material) {
        return material.expose(HEX::formatHex);
    }
}
