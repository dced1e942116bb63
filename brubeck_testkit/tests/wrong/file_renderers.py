"""Renderers of template files that are wrong in one way each."""

from __future__ import annotations

import re
import time
from functools import partial
from html import escape

from brubeck_core.builtin.file_renderer import FileRenderer
from brubeck_core.builtin.template_cache import TemplateCache
from brubeck_core.builtin.template_errors import Place
from brubeck_core.builtin.template_files import find_template
from brubeck_core.errors import BrubeckError
from brubeck_core.interfaces.renderer import TemplateNotFound
from brubeck_testkit.file_renderer import FileRendererSuite


class Engine:
    """What makes and fills templates: lists of lines with `{{ value }}`."""

    def __init__(self, directory, show=str):
        self.directory = directory
        self.show = show

    def compile(self, name, path):
        lines = path.read_text().splitlines()
        for number, line in enumerate(lines, 1):
            if "{%" in line:
                raise Broken(Place(name, number, path.read_text()))
        return name, lines

    def fill(self, template, context):
        name, lines = template
        filled = []
        for number, line in enumerate(lines, 1):
            try:
                filled.append(re.sub(r"\{\{ (\w+) \}\}", lambda m: self.show(context[m[1]]), line))
            except Exception as error:
                error.place = Place(name, number, "\n".join(lines))
                raise
        return "\n".join(filled)


class Broken(BrubeckError):
    def __init__(self, place):
        super().__init__("no such thing")
        self.place = place


class Right(FileRenderer):
    engine_options = ("shouting",)

    def make_engine(self, options):
        self.engine = Engine(self.directories, lambda value: escape(str(value)))
        self.cache = TemplateCache(
            lambda name: self.find(name), lambda *args: self.engine.compile(*args)
        )

    @classmethod
    def adopt(cls, environment):
        if not isinstance(environment, Engine):
            return None
        return cls(environment.directory)

    def load(self, name):
        template = self.cache.get(name, self.auto_reload)
        if template is None:
            raise self.not_found(name)
        return template

    def fill(self, template, context):
        return self.engine.fill(template, context)

    def place_of(self, error):
        return getattr(error, "place", None)


class Wrong(FileRendererSuite):
    capabilities = {"adopts", "options", "places"}
    placeholder = "{{ value }}"
    option = "shouting"
    broken = "fine\n{% nonsense %}\nfine"

    def environment(self, directory):
        return Engine(directory)


class TestRight(Wrong):
    meant_for = None
    renderer_class = Right


class TestSearchesFromTheEnd(Wrong):
    meant_for = "test_the_first_directory_wins"

    class renderer_class(Right):
        def find(self, name):
            packaged = [path for path in self.directories if "brubeck_shop" in path.parts]
            others = [path for path in self.directories if path not in packaged]
            return find_template(name, [*reversed(others), *packaged])


class TestKnowsNoFolderOfAPackage(Wrong):
    meant_for = "test_packages_have_templates_too"

    class renderer_class(Right):
        def __init__(self, directories="templates", packages=(), auto_reload=None, **options):
            super().__init__(directories, packages[:1], auto_reload, **options)


class TestStaysInTheCurrentDirectory(Wrong):
    meant_for = "test_relative_directories_are_below_the_applications"

    class renderer_class(Right):
        def setup(self, app):
            directories = self.directories
            super().setup(app)
            self.directories = directories


class TestNeverLooksAgain(Wrong):
    meant_for = "test_a_changed_template_is_compiled_again"

    class renderer_class(Right):
        def load(self, name):
            kept = self.cache.get(name, False)
            return kept if kept and self.find(name) else super().load(name)


class TestKeepsWhatIsGone(Wrong):
    meant_for = "test_a_removed_template_is_missing"

    class renderer_class(Right):
        def load(self, name):
            self.kept = self.__dict__.get("kept", {})
            try:
                self.kept[name] = super().load(name)
            except TemplateNotFound:
                if name not in self.kept:
                    raise
            return self.kept[name]


class TestKeepsItsDirectoriesToItself(Wrong):
    meant_for = "test_a_missing_template_names_the_directories"

    class renderer_class(Right):
        def not_found(self, name):
            return TemplateNotFound(f"no template {name!r}")


class TestForgetsItsDirectory(Wrong):
    meant_for = "test_a_loader_makes_a_renderer_when_it_is_called"

    class renderer_class(Right):
        @classmethod
        def loader(cls, template_dir, **options):
            super().loader(template_dir)
            return lambda: cls(**options)


class TestLoadsFromNowhere(Wrong):
    meant_for = "test_a_loader_needs_a_directory"

    class renderer_class(Right):
        @classmethod
        def loader(cls, template_dir, **options):
            return super().loader(template_dir or "templates", **options)


class TestTakesAnyOption(Wrong):
    meant_for = "test_a_misspelt_option_is_an_error_with_the_right_one"

    class renderer_class(Right):
        def __init__(self, directories="templates", packages=(), auto_reload=None, **options):
            super().__init__(directories, packages, auto_reload)


class TestMiscounts(Wrong):
    meant_for = "test_a_failure_tells_template_line_and_context"

    class renderer_class(Right):
        def place_of(self, error):
            place = super().place_of(error)
            return place if isinstance(error, Broken) else place._replace(line=place.line - 1)


class TestDoesNotSayWhereItIsBroken(Wrong):
    meant_for = "test_a_broken_template_tells_its_line"

    class renderer_class(Right):
        def place_of(self, error):
            return None if isinstance(error, Broken) else super().place_of(error)


class TestOverlooksBrokenOnes(Wrong):
    meant_for = "test_a_broken_template_is_there"

    class renderer_class(Right):
        def has_template(self, name):
            try:
                return bool(self.load(name))
            except Exception:
                return False


class TestRemembersOneContext(Wrong):
    meant_for = "test_many_render_at_once"

    class renderer_class(Right):
        def fill(self, template, context):
            self.context = context
            time.sleep(0)  # here another one comes in
            time.sleep(0.0001)
            return super().fill(template, self.context)


class TestAdoptsWithoutEscaping(Wrong):
    meant_for = "test_an_environment_of_the_engine_is_adopted_and_escapes"

    class renderer_class(Right):
        @classmethod
        def adopt(cls, environment):
            adopted = super().adopt(environment)
            if adopted is not None:
                adopted.engine = environment
            return adopted


class TestAdoptsWithoutCare(Wrong):
    meant_for = "test_an_adopted_environment_is_as_strict_about_names"

    class renderer_class(Right):
        @classmethod
        def adopt(cls, environment):
            adopted = super().adopt(environment)
            if adopted is not None:
                adopted.find = partial(anywhere, environment.directory)
                adopted._safe = Everything()
            return adopted


def anywhere(directory, name):
    path = directory / name.split("\0")[0].lstrip("/")
    return path if path.is_file() else None


class Everything:
    def __contains__(self, name):
        return True


class TestAdoptsAnything(Wrong):
    meant_for = "test_what_is_no_environment_of_the_engine_is_not_adopted"

    class renderer_class(Right):
        @classmethod
        def adopt(cls, environment):
            return super().adopt(environment) or cls()
