package org.malassay.environments.raspbian;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Without a defence every bypass has its effect, which shows that each tries something, and every
 * task works.
 */
class SuitesIT extends SuiteHarness {
  /** What is against a guard; and there is neither Python nor a module in the image. */
  private static final Set<String> NOT_APPLICABLE =
      Set.of("python", "kill-guard", "unpin", "umount-bpf", "bpf-maps", "module", "policy");

  @Override
  List<String> defences() {
    return List.of();
  }

  @Test
  void bypassesHaveTheirEffectTasksWorkAndWhatWasNotDoneIsSaidToBreak() throws Exception {
    Map<String, String> told = some();

    assertThat(SOME).allSatisfy(name -> assertThat(told).containsEntry(name, "open"));
    assertThat(told)
        .containsEntry("dpkg-install", "works")
        .containsEntry("user-add", "works")
        .containsEntry("service-reload", "works")
        .containsEntry("update-by-gate", "works")
        .containsEntry("script", "breaks (the script has not run)");
  }

  @Test
  @Tag("slow")
  void everyBypassHasItsEffectOrDoesNotApply() throws Exception {
    List<String> names = names();
    assertThat(names).hasSizeGreaterThan(35);
    Map<String, String> told = new LinkedHashMap<>();
    for (String name : names) {
      told.put(name, bypass(name));
    }
    assertThat(
            told.entrySet().stream()
                .filter(it -> !it.getValue().equals("open"))
                .map(it -> it.getKey() + ": " + it.getValue()))
        .allMatch(it -> it.contains(": not applicable ("))
        .extracting(it -> it.substring(0, it.indexOf(':')))
        .isSubsetOf(NOT_APPLICABLE);
    assertThat(told.values().stream().collect(Collectors.toSet())).contains("open");
  }
}
