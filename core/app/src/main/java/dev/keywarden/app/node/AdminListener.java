package dev.keywarden.app.node;

import dev.keywarden.app.admin.AdminCredentials;
import dev.keywarden.app.admin.AdminService;
import dev.keywarden.app.config.KmsConfiguration;
import dev.keywarden.server.KeywardenServer;
import dev.keywarden.server.Listener;
import dev.keywarden.server.Site;
import java.io.IOException;
import java.net.InetSocketAddress;

/** The listener of administrators, plain HTTP (wire protocol, section 13.1). Open as long as the server, in both modes. */
final class AdminListener {
    private AdminListener() {}

    /** Opens it, if it is configured. */
    static void open(
            KmsConfiguration.Admin admin,
            AdminCredentials credentials,
            AdminService service,
            Health health,
            KeywardenServer server,
            NodeEvents events) {
        Site site = health.addTo(Site.builder().prpc(service.methods()))
                .guard(credentials)
                .build();
        try {
            Listener listener = server.listen(new InetSocketAddress(admin.address(), admin.port()), site);
            events.administration(ListenerSettings.url("http", admin.address(), listener.address()));
        } catch (IOException e) {
            throw ListenerSettings.cannotListen(admin.address(), admin.port(), e);
        }
    }
}
