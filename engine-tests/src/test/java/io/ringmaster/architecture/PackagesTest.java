package io.ringmaster.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import io.ringmaster.TaskEngine;
import io.ringmaster.task.InternalApi;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The arrows between engine-core's packages run one way, and what is public is meant to be. */
class PackagesTest {
    private static final String ROOT = "io.ringmaster";
    private static final Set<String> API_PACKAGES =
            Set.of(ROOT, ROOT + ".task", ROOT + ".client", ROOT + ".plugin", ROOT + ".event", ROOT + ".metrics");

    /** From the bottom up: what each package may use besides itself. */
    private static final Map<String, List<String>> MAY_USE = new LinkedHashMap<>();

    static {
        MAY_USE.put("task", List.of());
        // Only to say that it is internal.
        MAY_USE.put("timer", List.of("task"));
        MAY_USE.put("plugin", List.of("task"));
        MAY_USE.put("metrics", List.of("task"));
        MAY_USE.put("event", List.of("task"));
        MAY_USE.put("lifecycle", List.of("task", "timer"));
        MAY_USE.put("repository", List.of("task", "lifecycle"));
        MAY_USE.put("resilience", List.of("task", "metrics", "event", "lifecycle"));
        MAY_USE.put("container", List.of("task", "metrics", "event", "lifecycle", "resilience"));
        MAY_USE.put(
                "eventbus",
                List.of("task", "timer", "metrics", "event", "lifecycle", "repository", "resilience", "container"));
        MAY_USE.put(
                "",
                List.of(
                        "task",
                        "timer",
                        "metrics",
                        "event",
                        "lifecycle",
                        "repository",
                        "resilience",
                        "container",
                        "eventbus"));
        MAY_USE.put("client", List.of("", "task", "metrics", "event", "lifecycle"));
    }

    private static final JavaClasses CORE = importCore();

    /** The library's classes alone, from wherever this run has them: a folder or a jar. */
    private static JavaClasses importCore() {
        return new ClassFileImporter()
                .importLocations(List.of(Location.of(
                        TaskEngine.class.getProtectionDomain().getCodeSource().getLocation())));
    }

    private static String packageName(final String name) {
        return name.isEmpty() ? ROOT : ROOT + '.' + name;
    }

    private static DescribedPredicate<JavaClass> in(final Set<String> packages) {
        return DescribedPredicate.describe("in " + packages, each -> packages.contains(each.getPackageName()));
    }

    @Test
    void shouldKnowEveryPackage() {
        final Set<String> known = new TreeSet<>();
        MAY_USE.keySet().forEach(each -> known.add(packageName(each)));
        final Set<String> present = new TreeSet<>();
        CORE.forEach(each -> present.add(each.getPackageName()));
        assertThat(present).as("the map above says what each package may use").isEqualTo(known);
    }

    @TestFactory
    List<DynamicTest> shouldOnlyUsePackagesBelow() {
        final List<DynamicTest> tests = new ArrayList<>();
        MAY_USE.forEach((name, used) -> {
            final Set<String> forbidden = new HashSet<>();
            MAY_USE.keySet().forEach(each -> forbidden.add(packageName(each)));
            forbidden.remove(packageName(name));
            used.forEach(each -> forbidden.remove(packageName(each)));
            tests.add(DynamicTest.dynamicTest(packageName(name), () -> noClasses()
                    .that(in(Set.of(packageName(name))))
                    .should()
                    .dependOnClassesThat(in(forbidden))
                    .allowEmptyShould(false)
                    .check(CORE)));
        });
        return tests;
    }

    @Test
    void shouldHaveNoCycles() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(CORE);
        final List<String> done = new ArrayList<>();
        MAY_USE.forEach((name, used) -> {
            assertThat(done)
                    .as("what " + packageName(name) + " may use is below it")
                    .containsAll(used);
            done.add(name);
        });
    }

    @Test
    void shouldUseTimersOnlyToMarkThemInternal() {
        noClasses()
                .that(in(Set.of(packageName("timer"))))
                .should()
                .dependOnClassesThat(DescribedPredicate.describe(
                        "are in task, but for InternalApi",
                        each -> each.getPackageName().equals(packageName("task"))
                                && !each.isEquivalentTo(InternalApi.class)))
                .check(CORE);
    }

    @Test
    void shouldKeepTheBottomFreeOfLibraries() {
        classes()
                .that(in(Set.of(
                        packageName("task"), packageName("plugin"), packageName("timer"), packageName("lifecycle"))))
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", ROOT + "..")
                .check(CORE);
    }

    @Test
    void shouldOnlyUseItsFiveLibraries() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "jdk.jfr..",
                        ROOT + "..",
                        "com.lmax.disruptor..",
                        "org.agrona..",
                        "org.jctools..",
                        "org.HdrHistogram..",
                        "org.slf4j..")
                .check(CORE);
    }

    // ---- what is public ---------------------------------------------------------------------------------------

    @Test
    void shouldMarkPublicTypesOutsideTheApi() {
        final Set<JavaClass> named = namedByTheApi();
        final Set<String> unmarked = new TreeSet<>();
        for (final JavaClass each : CORE) {
            if (isVisible(each)
                    && !API_PACKAGES.contains(each.getPackageName())
                    && !isInternal(each)
                    && !named.contains(each)) {
                unmarked.add(each.getName());
            }
        }
        assertThat(unmarked)
                .as("public, not named by the API and not @InternalApi")
                .isEmpty();
    }

    @Test
    void shouldNameNoInternalTypeInTheApi() {
        final Set<String> internal = new TreeSet<>();
        for (final JavaClass each : namedByTheApi()) {
            if (isInternal(each) && !each.isEquivalentTo(InternalApi.class)) {
                internal.add(each.getName());
            }
        }
        assertThat(internal).as("@InternalApi, and in a signature of the API").isEmpty();
    }

    @Test
    void shouldFindTypesThatTheApiNames() {
        final Set<String> names = new TreeSet<>();
        namedByTheApi().forEach(each -> names.add(each.getSimpleName()));
        assertThat(names)
                .contains("TaskEngine", "WaitMode", "Stage", "TaskExecutorLifecycleEventListener", "LifecycleEventType")
                .doesNotContain("TaskExecutor", "TaskExecutorEventBusFireWorker");
    }

    /** The API packages' public types and, from there, every type that a visible signature names. */
    private static Set<JavaClass> namedByTheApi() {
        final Set<JavaClass> named = new HashSet<>();
        final Deque<JavaClass> todo = new ArrayDeque<>();
        for (final JavaClass each : CORE) {
            if (isVisible(each) && API_PACKAGES.contains(each.getPackageName()) && !isInternal(each)) {
                todo.add(each);
            }
        }
        while (!todo.isEmpty()) {
            final JavaClass each = todo.remove();
            if (!named.add(each) || isInternal(each)) {
                continue;
            }
            for (final JavaType type : signatures(each)) {
                for (final JavaClass used : type.getAllInvolvedRawTypes()) {
                    if (used.getPackageName().startsWith(ROOT)) {
                        todo.add(used.getBaseComponentType());
                    }
                }
            }
        }
        return named;
    }

    private static List<JavaType> signatures(final JavaClass type) {
        final List<JavaType> types = new ArrayList<>();
        type.getSuperclass().ifPresent(types::add);
        types.addAll(type.getInterfaces());
        for (final JavaField each : type.getFields()) {
            if (isVisible(each)) {
                types.add(each.getType());
            }
        }
        for (final JavaMethod each : type.getMethods()) {
            if (isVisible(each)) {
                types.add(each.getReturnType());
                types.addAll(each.getParameterTypes());
            }
        }
        for (final JavaConstructor each : type.getConstructors()) {
            if (isVisible(each)) {
                types.addAll(each.getParameterTypes());
            }
        }
        return types;
    }

    private static boolean isVisible(final JavaMember member) {
        return (member.getModifiers().contains(JavaModifier.PUBLIC)
                        || member.getModifiers().contains(JavaModifier.PROTECTED))
                && !member.getModifiers().contains(JavaModifier.SYNTHETIC)
                && !member.isAnnotatedWith(InternalApi.class);
    }

    private static boolean isVisible(final JavaClass type) {
        return type.getModifiers().contains(JavaModifier.PUBLIC)
                && type.getEnclosingClass().map(PackagesTest::isVisible).orElse(true);
    }

    private static boolean isInternal(final JavaClass type) {
        return type.isAnnotatedWith(InternalApi.class)
                || type.getEnclosingClass().map(PackagesTest::isInternal).orElse(false);
    }

    // ---- what nobody uses -------------------------------------------------------------------------------------

    @Test
    void shouldNotUseTheJdksInsides() {
        noClasses()
                .should()
                .dependOnClassesThat(DescribedPredicate.describe(
                        "are the JDK's own, but for the flight recorder's",
                        each -> !each.getPackageName().equals("jdk.jfr")
                                && each.getPackageName().matches("(sun|jdk|com\\.sun)(\\..*)?")))
                .check(CORE);
    }

    @Test
    void shouldNotPrintNorLogPastSlf4j() {
        NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(CORE);
        NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING.check(CORE);
    }

    @Test
    void shouldNotEndThreadsOrTheProcessByForce() {
        noClasses().should().callMethodWhere(isForce()).check(CORE);
        noClasses()
                .should()
                .beAnnotatedWith("jdk.internal.vm.annotation.Contended")
                .check(CORE);
    }

    private static DescribedPredicate<JavaAccess<?>> isForce() {
        final Map<Class<?>, Set<String>> forbidden = Map.of(
                Thread.class, Set.of("stop", "suspend", "resume", "destroy"),
                ThreadGroup.class, Set.of("stop", "suspend", "resume", "destroy"),
                System.class, Set.of("exit", "gc", "runFinalization"),
                Runtime.class, Set.of("exit", "halt", "gc", "runFinalization", "addShutdownHook"));
        return DescribedPredicate.describe("that ends by force", access -> forbidden.entrySet().stream()
                .anyMatch(each -> access.getTargetOwner().isEquivalentTo(each.getKey())
                        && each.getValue().contains(access.getName())));
    }

    /** The negative control: the rules above see what they forbid. */
    @Test
    void shouldSeeWhatIsForbidden() {
        final JavaClasses bad = new ClassFileImporter().importClasses(Offender.class);
        assertThatThrownBy(() -> noClasses().should().callMethodWhere(isForce()).check(bad))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("addShutdownHook");
        assertThatThrownBy(() -> NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(bad))
                .isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> noClasses()
                        .should()
                        .dependOnClassesThat(in(Set.of(packageName("task"))))
                        .check(bad))
                .isInstanceOf(AssertionError.class);
    }

    @InternalApi
    private static final class Offender {
        static void offend(final Thread hook) {
            Runtime.getRuntime().addShutdownHook(hook);
            System.out.println(hook);
        }
    }
}
