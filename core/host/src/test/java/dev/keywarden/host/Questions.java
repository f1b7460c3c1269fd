package dev.keywarden.host;

import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.Gate;
import dev.keywarden.spi.Subject;
import java.util.List;

/** A question for chains whose answer does not depend on it. */
final class Questions {
    private Questions() {}

    static AuthorizationQuestion any() {
        Bytes hash = Bytes.of(new byte[BootInfo.HASH_BYTES]);
        BootInfo bootInfo = new BootInfo(
                "test",
                hash,
                hash,
                hash,
                Bytes.of(new byte[BootInfo.APP_ID_BYTES]),
                hash,
                Bytes.EMPTY,
                hash,
                Bytes.EMPTY,
                "",
                List.of());
        return new AuthorizationQuestion(Gate.RPC, "GetAppKey", Subject.APP, bootInfo, "mock", List.of(), "request-1");
    }
}
