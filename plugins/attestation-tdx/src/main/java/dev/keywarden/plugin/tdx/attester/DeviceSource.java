package dev.keywarden.plugin.tdx.attester;

import dev.keywarden.spi.Bytes;
import java.util.Optional;

/** Quotes of the guest driver's device alone. */
final class DeviceSource implements QuoteSource {
    private final TdxGuestDevice device;

    DeviceSource(TdxGuestDevice device) {
        this.device = device;
    }

    @Override
    public String name() {
        return "device";
    }

    @Override
    public Optional<String> absence() {
        return device.absence();
    }

    @Override
    public byte[] quote(Bytes reportData) {
        return device.quote(device.report(reportData));
    }
}
