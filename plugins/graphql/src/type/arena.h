// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstring>
#include <memory_resource>
#include <new>
#include <utility>
#include <vector>

#include "type.h"

namespace tenon::graphql {

/// An argument or a field of an input object. Texts must outlive the schema.
inline InputDefinition inputOf(std::string_view name, const Type* type, std::string_view description = {},
                               const void* subject = nullptr) {
  InputDefinition d;
  d.name = name;
  d.type = type;
  d.description = description;
  d.subject = subject;
  return d;
}

/// Where types are made: they live as long as the arena. One thread at a time.
class TypeArena {
 public:
  TypeArena() = default;
  TypeArena(const TypeArena&) = delete;
  TypeArena& operator=(const TypeArena&) = delete;

  NamedType& make(TypeKind kind, std::string_view name, std::string_view description = {}) {
    auto* t = new (memory_.allocate(sizeof(NamedType), alignof(NamedType))) NamedType;
    t->kind = kind;
    t->name = text(name);
    t->description = text(description);
    return *t;
  }
  const Type* list(const Type* of) { return wrapped(Type::Kind::List, of); }
  const Type* nonNull(const Type* of) { return wrapped(Type::Kind::NonNull, of); }
  /// [T!]!
  const Type* fullList(const NamedType& of) { return nonNull(list(nonNull(&of.self))); }

  std::string_view text(std::string_view t) {
    if (t.empty()) return {};
    auto* at = static_cast<char*>(memory_.allocate(t.size(), 1));
    std::memcpy(at, t.data(), t.size());
    return {at, t.size()};
  }
  template <class T>
  std::span<const T> keep(const std::vector<T>& list) {
    if (list.empty()) return {};
    auto* at = static_cast<T*>(memory_.allocate(list.size() * sizeof(T), alignof(T)));
    std::uninitialized_copy(list.begin(), list.end(), at);
    return {at, list.size()};
  }
  template <class T>
  const T* keep(const T& one) {
    return new (memory_.allocate(sizeof(T), alignof(T))) T(one);
  }

 private:
  const Type* wrapped(Type::Kind kind, const Type* of) { return keep(Type{kind, nullptr, of}); }

  std::pmr::monotonic_buffer_resource memory_;
};

}  // namespace tenon::graphql
