package dev.keywarden.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;

import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchRule;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/** The rules of the house (design, section 3), each with its reason. */
final class HouseRules {
    private static final String HOUSE = "dev.keywarden..";

    private HouseRules() {}

    /** Every rule by name. */
    static Map<String, ArchRule> all() {
        Map<String, ArchRule> rules = new LinkedHashMap<>();
        rules.put("spiStandsAlone", spiStandsAlone());
        rules.put("dcapStandsAlone", dcapStandsAlone());
        rules.put("filesKnowNobody", knowsOnly("files"));
        rules.put("attestationKnowsTheSpiOnly", knowsOnly("attestation", "spi"));
        rules.put("collateralKnowsDcapOnly", knowsOnly("collateral", "dcap"));
        rules.put("keysKnowTheSpiOnly", knowsOnly("keys", "spi"));
        rules.put("softteeKnowsDcapAndAttestation", knowsOnly("softtee", "dcap", "attestation", "spi"));
        rules.put("rpcKnowsAttestation", knowsOnly("rpc", "attestation", "spi"));
        rules.put("hostKnowsTheSpiOnly", knowsOnly("host", "spi"));
        rules.put("serverKnowsRpc", knowsOnly("server", "rpc"));
        rules.put("pluginsKnowNoHost", pluginsKnowNoHost());
        rules.put("pluginsDoNotKnowEachOther", pluginsDoNotKnowEachOther());
        rules.put("onlyTheMockKnowsTheSoftwareTee", onlyTheMockKnowsTheSoftwareTee());
        rules.put("pf4jShowsInHostOnly", showsOnlyIn("org.pf4j..", "the framework can be replaced", "host"));
        rules.put("nettyShowsInServerOnly", showsOnlyIn("io.netty..", "the server can be replaced", "server"));
        rules.put("noSystemClock", noSystemClock());
        rules.put("noStandardStreams", noStandardStreams());
        rules.put("noStaticMutableState", noStaticMutableState());
        rules.put("noSocketsElsewhere", noSocketsElsewhere());
        rules.put("noFilesWherePureFunctionsLive", noFilesWherePureFunctionsLive());
        rules.put("randomnessIsHandedIn", randomnessIsHandedIn());
        rules.put("keyBytesAreReadWhereAllowed", keyBytesAreReadWhereAllowed());
        return rules;
    }

    private static ArchRule spiStandsAlone() {
        return classes()
                .that()
                .resideInAPackage("dev.keywarden.spi..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("dev.keywarden.spi..", "java..", "org.jspecify.annotations..")
                .because("a plugin author compiles against nothing else");
    }

    private static ArchRule dcapStandsAlone() {
        return classes()
                .that()
                .resideInAPackage("dev.keywarden.dcap..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "dev.keywarden.dcap..",
                        "com.fasterxml.jackson.core..",
                        "java..",
                        "javax.security..",
                        "javax.crypto..",
                        "org.jspecify.annotations..")
                .because("verification is a pure function that anyone can take out and use");
    }

    private static ArchRule knowsOnly(String module, String... others) {
        String[] allowed = new String[others.length + 1];
        allowed[0] = "dev.keywarden." + module + "..";
        for (int i = 0; i < others.length; i++) {
            allowed[i + 1] = "dev.keywarden." + others[i] + "..";
        }
        return noClasses()
                .that()
                .resideInAPackage(allowed[0])
                .should()
                .dependOnClassesThat(resideInAPackage(HOUSE).and(not(resideInAnyPackage(allowed))))
                .because("the layout of the modules stays the architecture");
    }

    private static ArchRule pluginsKnowNoHost() {
        return noClasses()
                .that()
                .resideInAPackage("dev.keywarden.plugin..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.keywarden.host..", "dev.keywarden.server..", "dev.keywarden.keys..", "dev.keywarden.app..")
                .because("a plugin sees the interface and nothing of the host");
    }

    private static ArchRule pluginsDoNotKnowEachOther() {
        return com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices()
                .matching("dev.keywarden.plugin.(*)..")
                .should()
                .notDependOnEachOther()
                .because("plugins are replaceable one by one");
    }

    private static ArchRule onlyTheMockKnowsTheSoftwareTee() {
        return noClasses()
                .that(resideInAPackage(HOUSE)
                        .and(not(resideInAnyPackage(
                                "dev.keywarden.softtee..",
                                "dev.keywarden.testkit..",
                                "dev.keywarden.plugin.mock..",
                                "dev.keywarden.app.softtee.."))))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.keywarden.softtee..")
                .because("nothing that runs in production may be able to forge evidence");
    }

    private static ArchRule showsOnlyIn(String library, String reason, String module) {
        return noClasses()
                .that(resideInAPackage(HOUSE).and(not(resideInAPackage("dev.keywarden." + module + ".."))))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library)
                .because(reason);
    }

    private static ArchRule noSystemClock() {
        return noClasses()
                .that(resideInAPackage(HOUSE).and(not(resideInAnyPackage("dev.keywarden.app.cli.."))))
                .should()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .because("time is a parameter");
    }

    private static ArchRule noStandardStreams() {
        return noClasses()
                .that(resideInAPackage(HOUSE).and(not(resideInAPackage("dev.keywarden.app.."))))
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .because("libraries log, and only the command line prints");
    }

    private static ArchRule noStaticMutableState() {
        return noFields()
                .that()
                .areStatic()
                .and()
                .areDeclaredInClassesThat(
                        resideInAPackage(HOUSE).and(not(resideInAPackage("dev.keywarden.rpc.proto.."))))
                .should()
                .notHaveModifier(JavaModifier.FINAL)
                .because("state belongs to an object that somebody owns");
    }

    private static ArchRule noSocketsElsewhere() {
        return noClasses()
                .that(resideInAPackage(HOUSE)
                        .and(not(resideInAnyPackage(
                                "dev.keywarden.server..",
                                "dev.keywarden.rpc..",
                                "dev.keywarden.collateral..",
                                "dev.keywarden.plugin.."))))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.net.http..", "javax.net..", "java.nio.channels.spi..")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.net.Socket")
                .because("the rest is testable without a port");
    }

    private static ArchRule noFilesWherePureFunctionsLive() {
        return noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.keywarden.spi..",
                        "dev.keywarden.dcap..",
                        "dev.keywarden.attestation..",
                        "dev.keywarden.softtee..",
                        "dev.keywarden.rpc..",
                        "dev.keywarden.server..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.nio.file.Files")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.nio.channels.FileChannel")
                .orShould()
                .dependOnClassesThat()
                .haveNameMatching("java\\.io\\.(File|FileInputStream|FileOutputStream|RandomAccessFile)")
                .because("they are tested with bytes, and nothing they do is lost with a disk");
    }

    /** Of a plugin the entry point makes it, of the application the command line; TLS needs its own. */
    private static ArchRule randomnessIsHandedIn() {
        return noClasses()
                .that(resideInAPackage(HOUSE)
                        .and(not(resideInAnyPackage(
                                "dev.keywarden.app.cli..", "dev.keywarden.plugin..", "dev.keywarden.testkit..")))
                        .and(not(simpleName("ClientTls"))))
                .should()
                .callConstructor(SecureRandom.class)
                .orShould()
                .callConstructor(Random.class)
                .orShould()
                .callMethod(UUID.class, "randomUUID")
                .orShould()
                .callMethod(Math.class, "random")
                .because("randomness is a parameter, so that a test can repeat what it saw");
    }

    private static ArchRule keyBytesAreReadWhereAllowed() {
        return noClasses()
                .that(resideInAPackage(HOUSE)
                        .and(not(resideInAPackage("dev.keywarden.keys..")))
                        .and(not(KeyReaders.ALLOWED)))
                .should()
                .callMethodWhere(KeyReaders.READS_KEY_BYTES)
                .because("the places where keys leave can be counted");
    }
}
