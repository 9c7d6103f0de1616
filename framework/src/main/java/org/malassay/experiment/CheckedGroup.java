package org.malassay.experiment;

import java.util.List;
import org.malassay.options.Option;
import org.malassay.options.OptionGroup;

/**
 * A group of options that has told its title and its options once.
 *
 * @param title what stands above them in the help text
 * @param options in the order of the help text
 * @param everyRun true of those that every run has, which come first
 */
record CheckedGroup(String title, List<Option<?>> options, boolean everyRun) {

  static CheckedGroup of(OptionGroup group) throws Fault {
    String type = group.getClass().getName();
    try (ThirdParty asked = new ThirdParty("group of options " + type, CheckedProvider.AT_ONCE)) {
      String title = asked.call("title()", group::title);
      if (title.isBlank() || title.chars().anyMatch(Character::isISOControl)) {
        throw asked.fault("its title is \"%s\", not one line".formatted(title), null);
      }
      List<Option<?>> options = CheckedProvider.options(asked, group::options);
      return new CheckedGroup(title, options, group instanceof RunOptions);
    }
  }
}
