package org.malassay.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.malassay.label.LabelOptions;
import org.malassay.options.Option;
import org.malassay.options.OptionGroup;

/** Options are listed in one place, whoever they are of. */
class OptionGroupsTest extends ExperimentFixture {

  @Test
  void thoseOfAThirdPartyAreListedCheckedAndInTheHeader() throws IOException {
    execute(experiment().option(RunOptions.HELP, "true").with(List.of(fake), List.of()));
    assertThat(console())
        .containsSubsequence(
            "\nEvery run\n",
            "\nAn archive of somebody else's\n",
            "  -Darchive.shelves=COUNT        how many there are\n",
            "\nLabels and scores\n",
            "\n-Denv=fake\n");

    run(it -> it.option(ForeignOptions.SHELVES, "7"));
    assertThat(latest().header().last().options()).containsEntry("archive.shelves", "7");
    assertThat(console()).contains("archive.shelves=7");

    int opened = fake.opened.get();
    assertThat(onlyFailure(run(it -> it.option(ForeignOptions.SHELVES, "many"))))
        .startsWith("-Darchive.shelves=many: not a whole number of at least 1");
    Option<String> misspelt = Option.optional("archive.shelfs", "", "", text -> text);
    assertThat(onlyFailure(run(it -> it.option(misspelt, "7"))))
        .isEqualTo("-Darchive.shelfs: there is no such option; did you mean -Darchive.shelves?");
    assertThat(fake.opened).as("before anything is opened").hasValue(opened);
  }

  @Test
  void oneThatCannotBeUsedIsNamed() {
    OptionGroups groups =
        OptionGroups.of(
            List.of(
                group("Twice", List.of(RunOptions.MEMORY)),
                group("Two\nlines", List.of()),
                group("Void", null),
                new LabelOptions(),
                new RunOptions()));
    assertThat(groups.all())
        .extracting(CheckedGroup::title)
        .containsExactly("Every run", "Labels and scores");
    assertThat(groups.problems())
        .satisfiesExactlyInAnyOrder(
            twice ->
                assertThat(twice)
                    .isEqualTo(
                        "group of options \"Twice\": its option -Dmemory is one of \"Every run\","
                            + " too"),
            lines -> assertThat(lines).endsWith(": its title is \"Two\\nlines\", not one line"),
            none -> assertThat(none).endsWith(": options() returned null"));
  }

  private static OptionGroup group(String title, List<Option<?>> options) {
    return new OptionGroup() {
      @Override
      public String title() {
        return title;
      }

      @Override
      public List<Option<?>> options() {
        return options;
      }
    };
  }
}
