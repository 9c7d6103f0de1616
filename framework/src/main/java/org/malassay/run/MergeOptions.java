package org.malassay.run;

import java.nio.file.Path;
import java.util.List;
import org.malassay.options.Option;
import org.malassay.options.OptionGroup;
import org.malassay.options.Values;

/** The options by which several runs become one: see {@link Merging}. */
public final class MergeOptions implements OptionGroup {
  public static final Option<List<Path>> RUNS =
      Option.optional(
          "runs",
          "RUN_DIR,...",
          "merge these runs, such as the shards of a corpus, into a new one in -Dout, and make its"
              + " reports",
          Values::paths);
  public static final Option<List<String>> DIFFER =
      Option.optional(
          "runs.differ",
          "NAME,...",
          "options, versions and facts that may differ between the runs that are merged, as they"
              + " change no result: such as kernel,engine",
          Values::names);

  @Override
  public String title() {
    return "Runs merged into one (mvn -q test -pl reports -am -Druns=RUN_DIR,...)";
  }

  @Override
  public List<Option<?>> options() {
    return List.of(RUNS, DIFFER);
  }
}
