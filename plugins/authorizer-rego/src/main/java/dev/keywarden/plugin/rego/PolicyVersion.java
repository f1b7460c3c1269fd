package dev.keywarden.plugin.rego;

import dev.keywarden.plugin.rego.engine.EvaluatorPool;
import java.util.Map;

/**
 * One bundle that decides, or has decided.
 *
 * @param revision of the bundle
 * @param pool evaluates its policy
 * @param evidence names it in decision records
 */
record PolicyVersion(String revision, EvaluatorPool pool, Map<String, String> evidence) {}
