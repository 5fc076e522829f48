package io.ringmaster.workflow;

/** What kind of work a recorded task is, from whichever field of its trace says it best. */
final class TaskType {

    private static final int LONGEST_PROGRAM = 64;

    private TaskType() {}

    /**
     * The category; else the program, where it is one word (some systems record a whole script there); else the name
     * without the number that makes it unique.
     *
     * @param category the task's category, or null.
     * @param program  the program it runs, or null.
     * @param name     its name, or null.
     * @return the type, empty where nothing is known.
     */
    static String of(final String category, final String program, final String name) {
        if (category != null && !category.isEmpty()) {
            return category;
        }
        if (program != null && isWord(program)) {
            return program.substring(program.lastIndexOf('/') + 1);
        }
        return name == null ? "" : withoutNumber(name);
    }

    private static boolean isWord(final String program) {
        return program.length() <= LONGEST_PROGRAM
                && !program.endsWith("/")
                && !program.isEmpty()
                && program.chars().noneMatch(c -> Character.isWhitespace(c) || Character.isISOControl(c));
    }

    /** {@code mProject_ID0000012} and {@code mProject_12} are of type {@code mProject}. */
    private static String withoutNumber(final String name) {
        int end = name.length();
        while (end > 0 && name.charAt(end - 1) >= '0' && name.charAt(end - 1) <= '9') {
            end--;
        }
        if (end == name.length()) {
            return name;
        }
        if (name.startsWith("ID", end - 2)) {
            end -= 2;
        }
        final boolean separated = end > 1 && "_-.".indexOf(name.charAt(end - 1)) >= 0;
        return separated ? name.substring(0, end - 1) : name;
    }
}
