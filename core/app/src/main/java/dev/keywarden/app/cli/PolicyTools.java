package dev.keywarden.app.cli;

import dev.keywarden.app.node.Distribution;
import dev.keywarden.app.node.LogSetup;
import dev.keywarden.app.policy.FactFiles;
import dev.keywarden.app.policy.NodeEngineEvaluator;
import dev.keywarden.app.policy.OpaFolderEvaluator;
import dev.keywarden.app.policy.OpaTool;
import dev.keywarden.app.policy.PolicyEvaluator;
import dev.keywarden.app.policy.PolicyFolder;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds the programs that the policy commands drive. */
final class PolicyTools {
    private PolicyTools() {}

    /** The {@code opa} of this machine. */
    static OpaTool opa() {
        return OpaTool.find(Distribution.current().home(), System.getenv("PATH"));
    }

    /** What answers for a policy: OPA for a folder, the node's own engine for a bundle. */
    static PolicyEvaluator evaluator(Path policy, FactFiles facts) {
        if (!Files.exists(policy)) {
            throw new CommandFailure(policy + ": no such folder or bundle");
        }
        return Files.isDirectory(policy)
                ? new OpaFolderEvaluator(opa(), new PolicyFolder(policy), facts)
                : engine(policy, facts);
    }

    /** The node's own engine, whose log says nothing that the command does not say. */
    static NodeEngineEvaluator engine(Path bundle, FactFiles facts) {
        LogSetup.install("error");
        return NodeEngineEvaluator.open(Distribution.current(), bundle, facts);
    }
}
