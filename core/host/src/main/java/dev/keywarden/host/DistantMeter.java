package dev.keywarden.host;

import dev.keywarden.spi.PluginContext;
import java.time.Duration;

/** Sends what a plugin counts to the node; what finds no place on the way is lost. */
record DistantMeter(FrameChannel channel) implements PluginContext.Meter {
    @Override
    public void count(String name, long amount) {
        send(Frame.Type.COUNT, name, amount);
    }

    @Override
    public void time(String name, Duration elapsed) {
        send(Frame.Type.TIME, name, elapsed.toNanos());
    }

    private void send(Frame.Type type, String name, long value) {
        channel.offer(
                new Frame(type, 0, new SpiWriter().text(name).number(value).toBytes()));
    }
}
