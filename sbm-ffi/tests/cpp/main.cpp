/* Runs every case in a directory of its own below argv[1], and tells which they were. */
#include "expect.hpp"

int main(int count, char **argument) {
    EXPECT(count == 2);
    int number = 0;
    for (const expect::test &test : expect::all()) {
        std::fflush(stdout);
        test.body(std::string(argument[1]) + "-" + std::to_string(++number));
        std::printf("%s\n", test.sentence);
    }
    return 0;
}
