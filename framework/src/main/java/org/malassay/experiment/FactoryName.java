package org.malassay.experiment;

import java.lang.StackWalker.StackFrame;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.TestFactory;

/** What an experiment is called by whoever wrote it. */
final class FactoryName {
  private FactoryName() {}

  /**
   * The test factory that calls, such as {@code FirmwareExperiment.nothingRunsInOurContainer};
   * where there is none, the method that calls this class's caller.
   */
  static String ofCaller() {
    List<StackFrame> callers =
        StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
            .walk(
                frames ->
                    frames
                        .filter(frame -> frame.getDeclaringClass() != FactoryName.class)
                        .filter(frame -> frame.getDeclaringClass() != Experiment.class)
                        .toList());
    StackFrame named =
        callers.stream().filter(FactoryName::isFactory).findFirst().orElse(callers.get(0));
    return named.getDeclaringClass().getSimpleName() + "." + named.getMethodName();
  }

  private static boolean isFactory(StackFrame frame) {
    return Arrays.stream(frame.getDeclaringClass().getDeclaredMethods())
        .filter(method -> method.getName().equals(frame.getMethodName()))
        .anyMatch(method -> method.isAnnotationPresent(TestFactory.class));
  }
}
