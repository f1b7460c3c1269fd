package dev.keywarden.app.node;

import java.lang.reflect.Proxy;

/**
 * SIGHUP, which asks a process to read its configuration again.
 *
 * <p>The JDK has signals only in {@code sun.misc}, which every JDK has and no compiler shows without a warning; hence by
 * reflection. Where there is none, the other ways to reload remain.
 */
final class HangupSignal {
    private static final System.Logger LOG = System.getLogger(HangupSignal.class.getName());

    private HangupSignal() {}

    /** Has something done at each SIGHUP, on a thread of its own. */
    static void handle(Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object handling = Proxy.newProxyInstance(
                    HangupSignal.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        switch (method.getName()) {
                            case "handle" -> Thread.ofVirtual().name("sighup").start(action);
                            case "equals" -> {
                                return proxy == arguments[0];
                            }
                            case "hashCode" -> {
                                return System.identityHashCode(proxy);
                            }
                            default -> {
                                return "SIGHUP";
                            }
                        }
                        return null;
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), handling);
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            LOG.log(System.Logger.Level.WARNING, "SIGHUP does not reload here: {0}", e.toString());
        }
    }
}
