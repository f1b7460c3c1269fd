package dev.keywarden.plugin.onchain;

import dev.keywarden.plugin.onchain.contract.AnswerReader;
import dev.keywarden.plugin.onchain.contract.CallResult;
import dev.keywarden.plugin.onchain.contract.KmsInterface;
import dev.keywarden.plugin.onchain.contract.MalformedAnswer;
import dev.keywarden.plugin.onchain.contract.Question;
import dev.keywarden.spi.AuthorityInfo;
import dev.keywarden.spi.AuthorizationRequest;
import dev.keywarden.spi.Authorizer;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Decision;
import dev.keywarden.spi.PluginException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.spi.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * Asks the KMS contract. It is also the tool behind {@code keywarden onchain}, so that people read the chain by the code that
 * decides.
 *
 * <p>What keeps it from an answer is a denial with a reason code, and no exception: the record shall say which provider did
 * what at which block, and an exception carries neither.
 */
final class OnchainAuthorizer implements Authorizer, ToolProvider {
    static final String NAME = "onchain";

    private final OnchainSettings settings;
    private final InstantSource clock;
    private final ChainReader reader;
    private final @Nullable HeadPoller poller;

    OnchainAuthorizer(OnchainSettings settings, InstantSource clock, Telemetry telemetry) {
        this.settings = settings;
        this.clock = clock;
        this.reader = new ChainReader(settings, clock, telemetry);
        this.poller = settings.polling().isZero() ? null : HeadPoller.start(reader, telemetry, clock);
    }

    ChainReader reader() {
        return reader;
    }

    @Override
    public String name() {
        return NAME;
    }

    /** @implSpec wire protocol, section 4.6 */
    @Override
    public Decision authorize(AuthorizationRequest request) {
        Decision.Reason unfit = unfit(request.bootInfo());
        if (unfit != null) {
            return new Decision.Deny(List.of(unfit), Map.of());
        }
        Question question = Question.about(request.subject(), request.bootInfo());
        long deadline = Panel.deadline(settings.timeLimit());
        try {
            return decide(question, deadline);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PluginException(
                    PluginException.Kind.UNAVAILABLE, "the chain was being read when the question was given up", e);
        }
    }

    /** A block that went away under the reading is replaced by a new one, once. */
    private Decision decide(Question question, long deadline) throws InterruptedException {
        ChainReader.Session session = null;
        for (boolean again = false; ; again = true) {
            try {
                session = reader.open(again, deadline);
                Decision decision = reader.await(reader.decide(session, question), deadline);
                reader.heads().decidedAt(session.block());
                return decision;
            } catch (Undecided e) {
                if (again || session == null || !e.blockGone()) {
                    return new Decision.Deny(
                            e.reasons(), session == null ? Map.of() : Finding.block(settings, session));
                }
            }
        }
    }

    /** What a machine says of itself that no contract could have listed; the reference's service refuses the same. */
    private static Decision.@Nullable Reason unfit(BootInfo machine) {
        boolean fits = fits(machine.tcbStatus())
                && machine.advisoryIds().size() <= KmsInterface.MOST_ADVISORIES
                && machine.advisoryIds().stream().allMatch(OnchainAuthorizer::fits);
        return fits
                ? null
                : new Decision.Reason(
                        "onchain.boot_info_too_large",
                        "the machine's TCB status or advisories are longer than any platform's ("
                                + KmsInterface.LONGEST_TEXT + " bytes each, " + KmsInterface.MOST_ADVISORIES
                                + " advisories)");
    }

    private static boolean fits(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length <= KmsInterface.LONGEST_TEXT;
    }

    /** @implSpec wire protocol, section 4.4 */
    @Override
    public AuthorityInfo authorityInfo() {
        long deadline = Panel.deadline(settings.timeLimit());
        try {
            ContractFacts facts = reader.await(reader.facts(reader.open(false, deadline)), deadline);
            return new AuthorityInfo(
                    AnswerReader.text(returned("gatewayAppId", facts.gatewayAppId())),
                    settings.contract().checksummed(),
                    settings.chainId(),
                    AnswerReader.address(returned("appImplementation", facts.appImplementation()))
                            .checksummed());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable("the chain was being read when the question was given up");
        } catch (Undecided e) {
            throw unavailable(e.reasons().get(0).message());
        } catch (MalformedAnswer e) {
            throw unavailable("the contract " + settings.contract() + " can't be read: " + e.getMessage());
        }
    }

    private static dev.keywarden.spi.Bytes returned(String function, CallResult result) {
        if (result instanceof CallResult.Returned returned) {
            return returned.data();
        }
        throw unavailable(function + "() of the contract " + result.words());
    }

    private static PluginException unavailable(String message) {
        return new PluginException(PluginException.Kind.UNAVAILABLE, message);
    }

    @Override
    public int run(PrintWriter out, PrintWriter err, String... arguments) {
        return new OperatorTool(reader, clock, out, err).run(List.of(arguments));
    }

    @Override
    public void close() {
        if (poller != null) {
            poller.close();
        }
        reader.close();
    }
}
