package org.malassay.environments.unikernel;

/** Opens the environment {@code unikernel}: a library OS that loads static programs. */
public final class UnikernelProvider extends KindProvider {

  /** Called by {@link java.util.ServiceLoader}. */
  public UnikernelProvider() {
    super(Kind.LOADER);
  }
}
